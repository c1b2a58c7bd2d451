// SPDX-License-Identifier: Apache-2.0

// main.go - two goroutines on two CPUs and an array of the kernel that is mapped by unsafe.Pointer:
// what C does in race_test.c, done by Go.
//
// usage: writers (plain | atomic | word | straddle | order | fence) FD TIMES
//
//	writers beyond FD LENGTH
//
// prints "wrong updates overlap": counts that were lost, words that were torn, rounds in which
// neither saw the other, or words behind LENGTH that took a store; of how many; and for how many of
// 100 parts of the time both worked
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

// unseen lets each of two set its own word to 1, 2, 3, ... and look at the other's after each. In
// one order of all stores and loads, one of two rounds in which neither saw the other cannot be: if
// round i of the first saw less than j, round j of the second comes later and sees i.
func unseen(places [2]*uint64, times int, set func(place *uint64, value uint64)) (wrong uint64, overlap int64) {
	var saw [2][]uint64
	for cpu := range saw {
		saw[cpu] = make([]uint64, times+1)
		store(places[cpu], 0)
	}
	overlap = both(func(cpu uint) {
		own, other, found := places[cpu], places[1-cpu], saw[cpu]
		for i := 1; i <= times; i++ {
			set(own, uint64(i))
			found[i] = load(other)
		}
	})
	for i := 1; i <= times; i++ {
		if j := saw[0][i] + 1; j <= uint64(times) && saw[1][j] < uint64(i) {
			wrong++
		}
	}
	return wrong, overlap
}

// beyond stores to the words of the page that lie behind the last element, and looks for them in a
// mapping of its own.
func beyond(fd int, base unsafe.Pointer, length int) (taken uint64) {
	other, err := syscall.Mmap(fd, 0, pageSize, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return 0
	}
	words, seen := unsafe.Slice((*uint64)(base), pageSize/8), unsafe.Pointer(&other[0])
	for i := length; i < len(words); i++ {
		words[i] = uint64(i)
		if load((*uint64)(unsafe.Add(seen, 8*i))) == uint64(i) {
			taken++
		}
	}
	return taken
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
	case "order": // in two lines, as all that has a CPU of its own should
		wrong, overlap = unseen([2]*uint64{(*uint64)(base), (*uint64)(unsafe.Add(base, 128))}, times, store)
	case "fence":
		wrong, overlap = unseen([2]*uint64{(*uint64)(base), (*uint64)(unsafe.Add(base, 128))}, times,
			atomic.StoreUint64)
	case "beyond":
		wrong = beyond(fd, base, times)
	}
	fmt.Println(wrong, 2*times, overlap)
}
