// SPDX-License-Identifier: Apache-2.0

// main.go - two goroutines on two CPUs and an array of the kernel that is mapped by unsafe.Pointer:
// what C does in race_test.c, done by Go.
//
// usage: writers (plain | atomic | word | straddle) FD TIMES
// prints "wrong updates overlap": counts that were lost or words that were torn, of how many, and
// for how many of 100 parts of the time both worked
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

const pageSize = 4096

// pin binds this goroutine's thread to one CPU.
func pin(cpu uint) {
	runtime.LockOSThread()
	mask := [16]uint64{1 << cpu}
	_, _, errno := syscall.RawSyscall(syscall.SYS_SCHED_SETAFFINITY, 0, unsafe.Sizeof(mask),
		uintptr(unsafe.Pointer(&mask)))
	if errno != 0 {
		fmt.Fprintln(os.Stderr, "sched_setaffinity:", errno)
		os.Exit(1)
	}
}

// both runs a function on two CPUs at once, and says how much of the time both did.
func both(work func(cpu uint)) (overlap int64) {
	var begin, end [2]time.Time
	var group sync.WaitGroup
	var ready int32
	for cpu := uint(0); cpu < 2; cpu++ {
		group.Add(1)
		go func(cpu uint) {
			defer group.Done()
			pin(cpu)
			for atomic.AddInt32(&ready, 1); atomic.LoadInt32(&ready) < 2; {
			}
			begin[cpu] = time.Now()
			work(cpu)
			end[cpu] = time.Now()
		}(cpu)
	}
	group.Wait()
	first, last, from, until := begin[0], end[0], begin[1], end[1]
	if from.Before(first) {
		first, from = from, first
	}
	if until.After(last) {
		last, until = until, last
	}
	return int64(until.Sub(from)) * 100 / int64(last.Sub(first))
}

// count lets both add to one word.
func count(place *uint64, times int, add func(place *uint64, times int)) (lost uint64, overlap int64) {
	*place = 0
	overlap = both(func(uint) { add(place, times) })
	return 2*uint64(times) - atomic.LoadUint64(place), overlap
}

//go:noinline
func addPlainly(place *uint64, times int) {
	for i := 0; i < times; i++ {
		*place++
	}
}

func addAtomically(place *uint64, times int) {
	for i := 0; i < times; i++ {
		atomic.AddUint64(place, 1)
	}
}

//go:noinline
func store(place *uint64, value uint64) { *place = value }

//go:noinline
func load(place *uint64) uint64 { return *place }

// tear lets one write words of equal halves, and the other look for halves that differ.
func tear(place *uint64, times int) (torn uint64, overlap int64) {
	store(place, 0)
	overlap = both(func(cpu uint) {
		for i := 0; i < times; i++ {
			if cpu == 0 {
				store(place, uint64(uint32(i))<<32|uint64(uint32(i)))
			} else if value := load(place); uint32(value) != uint32(value>>32) {
				torn++
			}
		}
	})
	return torn, overlap
}

func main() {
	fd, _ := strconv.Atoi(os.Args[2])
	times, _ := strconv.Atoi(os.Args[3])
	mapped, err := syscall.Mmap(fd, 0, pageSize, syscall.PROT_READ|syscall.PROT_WRITE,
		syscall.MAP_SHARED)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mmap:", err)
		os.Exit(1)
	}
	runtime.GOMAXPROCS(4)
	base := unsafe.Pointer(&mapped[0])
	var wrong uint64
	var overlap int64
	switch os.Args[1] {
	case "plain":
		wrong, overlap = count((*uint64)(base), times, addPlainly)
	case "atomic":
		wrong, overlap = count((*uint64)(base), times, addAtomically)
	case "word":
		wrong, overlap = tear((*uint64)(base), times)
	case "straddle": // the word lies in two cache lines
		wrong, overlap = tear((*uint64)(unsafe.Add(base, 60)), times)
	}
	fmt.Println(wrong, 2*times, overlap)
}
