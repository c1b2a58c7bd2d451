// SPDX-License-Identifier: Apache-2.0
// main.go - loads the object of impl/xdp and reloads its programs by cilium/ebpf, for the tests that
// do the same by libbpf. It answers each line of its standard input by one.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"

	"github.com/cilium/ebpf"
)

// state is what the lines before have opened. It is kept alive to the end: a program that Go no
// longer refers to is closed by its garbage collector.
type state struct {
	collection *ebpf.Collection
	workers    *ebpf.Map
	control    *ebpf.Map
	programs   [2]*ebpf.Program
}

// load reads an object and loads one program and the maps that it names.
func (s *state) load(object, name string) (string, error) {
	spec, err := ebpf.LoadCollectionSpec(object)
	if err != nil {
		return "", err
	}
	for other := range spec.Programs {
		if other != name {
			delete(spec.Programs, other)
		}
	}
	if s.collection, err = ebpf.NewCollection(spec); err != nil {
		return "", err
	}
	info, err := s.collection.Programs[name].Info()
	if err != nil {
		return "", err
	}
	id, ok := info.ID()
	if !ok {
		return "", fmt.Errorf("no number of the program")
	}
	return strconv.Itoa(int(id)), nil
}

func number(word string) uint32 {
	value, _ := strconv.ParseUint(word, 10, 32)
	return uint32(value)
}

// take opens the maps and programs of another process.
func (s *state) take(words []string) (err error) {
	if s.workers, err = ebpf.NewMapFromID(ebpf.MapID(number(words[0]))); err != nil {
		return err
	}
	if s.control, err = ebpf.NewMapFromID(ebpf.MapID(number(words[1]))); err != nil {
		return err
	}
	for i := range s.programs {
		id := ebpf.ProgramID(number(words[2+i]))
		if s.programs[i], err = ebpf.NewProgramFromID(id); err != nil {
			return err
		}
	}
	return nil
}

// control has the layout of struct xdp_control.
type control struct{ Slot, Choice uint32 }

// floor is bpf(2) with a command that does not exist: what any call costs at least.
func floor() {
	syscall.RawSyscall(321, 9999, 0, 0) // SYS_bpf on x86-64
}

// swap does one reload by the named way, the num-th.
func (s *state) swap(way string, num int) error {
	switch way {
	case "tail":
		return s.workers.Put(uint32(0), s.programs[num&1])
	case "value":
		return s.control.Put(uint32(0), control{Choice: uint32(num & 1)})
	case "pointer":
		key, value := uint32(0), control{Choice: uint32(num & 1)}
		return s.control.Put(unsafe.Pointer(&key), unsafe.Pointer(&value))
	case "floor":
		floor()
		return nil
	}
	return fmt.Errorf("no way is called %s", way)
}

// threadNs is the CPU time of this thread, the clock of the other side.
func threadNs() int64 {
	var now syscall.Timespec
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, 3, uintptr(unsafe.Pointer(&now)), 0)
	return now.Nano()
}

// swaps does num of them, gap apart, and returns the CPU time of one in ns.
func (s *state) swaps(way string, num int, gap time.Duration) (string, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	start := threadNs()
	for i := 1; i <= num; i++ {
		if err := s.swap(way, i); err != nil {
			return "", err
		}
		if gap > 0 {
			time.Sleep(gap)
		}
	}
	return fmt.Sprintf("%.1f", float64(threadNs()-start)/float64(num)), nil
}

func (s *state) answer(words []string) (string, error) {
	switch {
	case len(words) == 3 && words[0] == "load":
		return s.load(words[1], words[2])
	case len(words) == 5 && words[0] == "take":
		return "", s.take(words[1:])
	case len(words) == 4 && words[0] == "swap":
		gap := time.Duration(number(words[3])) * time.Microsecond
		return s.swaps(words[1], int(number(words[2])), gap)
	}
	return "", fmt.Errorf("no such line: %s", strings.Join(words, " "))
}

func main() {
	var s state
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		said, err := s.answer(strings.Fields(lines.Text()))
		if err != nil {
			fmt.Println("no", strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Println("ok", said)
		}
	}
	runtime.KeepAlive(&s)
}
