// SPDX-License-Identifier: Apache-2.0

// goroutines calls /dev/nvidia-uvm by raw system calls from goroutines that change threads. Each
// creates, checks and frees a range of its own, and maps memory, as often as it is told. It prints
// how many threads made calls, and how many goroutines did so from more than one; it ends with 1 at
// the first verdict that is not as it should be, or if two threads differ in their memory (kcmp).
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"
)

const (
	initialize = 0x30000001
	free       = 34
	validate   = 72
	create     = 73
	page       = 4096
	size       = 1 << 20
	first      = 0x30000000 // no memory of Go lies there
	kcmp       = 312        // x86-64
	kcmpVM     = 1
)

var (
	threads sync.Map
	moved   int32 // goroutines that made calls from more than one thread
	fd      int
)

// call returns rmStatus at the place that a version has it.
func call(number uintptr, params []byte, at int) uint32 {
	threads.Store(syscall.Gettid(), true)
	binary.LittleEndian.PutUint32(params[at:], ^uint32(0))
	_, _, errno := syscall.RawSyscall(syscall.SYS_IOCTL, uintptr(fd), number,
		uintptr(unsafe.Pointer(&params[0])))
	if errno != 0 {
		fail("ioctl %d: %v", number, errno)
	}
	return binary.LittleEndian.Uint32(params[at:])
}

func fail(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(1)
}

func ranged(base uint64) []byte {
	params := make([]byte, 24)
	binary.LittleEndian.PutUint64(params, base)
	binary.LittleEndian.PutUint64(params[8:], size)
	return params
}

func must(what string, got, want uint32) {
	if got != want {
		fail("%s: verdict %#x, not %#x", what, got, want)
	}
}

// mapAt maps by a raw system call at an address that is the offset, as the driver wants it.
func mapAt(base uint64) {
	got, _, errno := syscall.RawSyscall6(syscall.SYS_MMAP, uintptr(base), page,
		syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED|0x10, uintptr(fd), uintptr(base))
	if errno != 0 || uint64(got) != base {
		fail("mmap at %#x: %v", base, errno)
	}
}

func work(i, rounds int) {
	base := uint64(first + i*16*size)
	from := syscall.Gettid()
	moves := false
	for round := 0; round < rounds; round++ {
		must("create", call(create, ranged(base), 16), 0)
		runtime.Gosched()
		must("create again", call(create, ranged(base), 16), 0x68)
		syscall.Nanosleep(&syscall.Timespec{Nsec: 1000}, nil) // it may go on elsewhere
		must("validate", call(validate, ranged(base), 16), 0)
		must("free", call(free, ranged(base), 8), 0)
		must("validate what is free", call(validate, ranged(base), 16), 0x1e)
		mapAt(base + uint64(8*size+round*page))
		moves = moves || syscall.Gettid() != from
	}
	if moves {
		atomic.AddInt32(&moved, 1)
	}
}

// same ends with 1 if a thread has other memory than this process.
func same(thread any) {
	differ, _, errno := syscall.RawSyscall6(kcmp, uintptr(os.Getpid()), uintptr(thread.(int)),
		kcmpVM, 0, 0, 0)
	if errno == 0 && differ != 0 {
		fail("thread %d has memory of its own", thread)
	}
}

func main() {
	var all sync.WaitGroup
	var err error
	var num int

	runtime.GOMAXPROCS(8)
	fd, err = syscall.Open("/dev/nvidia-uvm", syscall.O_RDWR|syscall.O_CLOEXEC, 0)
	if err != nil {
		fail("open: %v", err)
	}
	must("initialize", call(initialize, make([]byte, 16), 8), 0)
	for i := 0; i < 8; i++ {
		all.Add(1)
		go func(i int) {
			defer all.Done()
			work(i, 20)
		}(i)
	}
	all.Wait()
	threads.Range(func(thread, _ any) bool {
		same(thread)
		num++
		return true
	})
	fmt.Printf("%d threads, %d moved\n", num, moved)
}
