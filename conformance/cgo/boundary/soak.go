// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"

	"gonogo"
)

// resident is the memory of this process, in kB, when Go has collected what it can.
func resident() int {
	collect()
	status, err := os.ReadFile("/proc/self/status")
	check(err)
	at := bytes.Index(status, []byte("VmRSS:"))
	kB, err := strconv.Atoi(strings.Fields(string(status[at:]))[1])
	check(err)
	return kB
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func expect(ok bool, what string) {
	if !ok {
		panic(what)
	}
}

// soaker has the handles of one goroutine.
type soaker struct {
	aead          *gonogo.AEAD
	stream        *gonogo.Stream
	nonce, text   []byte
	sealed, arena []byte
	items         []gonogo.Item
}

func newSoaker() *soaker {
	s := &soaker{aead: aead(), nonce: make([]byte, 12), text: make([]byte, 300),
		sealed: make([]byte, 0, 400), arena: make([]byte, 8*128)}
	var err error
	s.stream, err = gonogo.NewCTR(make([]byte, 16), make([]byte, 16))
	check(err)
	for i := uint64(0); i < 8; i++ {
		s.items = append(s.items, gonogo.Item{Nonce: 128 * i, In: 128*i + 12, Len: 90, Out: 128*i + 12})
	}
	return s
}

// step does one operation; those that parse are rare, for they cost a hundred times as much.
func (s *soaker) step(i int) {
	n := i % len(s.text)
	switch {
	case i%100000 == 99999:
		runtime.GC()
	case i%5000 == 17:
		check(gonogo.EachCertificate(certificate, func([]byte) error { return nil }))
	case i%1000 == 16:
		s.objects()
	case i%100 == 15:
		_, err := s.aead.TryOpen(nil, s.nonce, s.text, nil)
		expect(err == gonogo.ErrAuth, "a forgery")
	case i%8 == 7:
		check(s.aead.SealBatch(s.arena, s.items))
	case i%4 == 3:
		check(s.stream.TryXORKeyStream(s.text[:n], s.text[:n]))
	default:
		sealed, err := s.aead.TrySeal(s.sealed, s.nonce, s.text[:n], nil)
		check(err)
		text, err := s.aead.TryOpen(sealed[:0], s.nonce, sealed, nil)
		check(err)
		expect(bytes.Equal(text, s.text[:n]), "other text")
	}
}

func (s *soaker) objects() {
	d, err := gonogo.ParsePEM(gonogo.Certificate, certificate)
	check(err)
	check(d.Use(func(b []byte) error { expect(len(b) > 0, "no bytes"); return nil }))
	copied, err := d.Copy()
	check(err)
	_, err = gonogo.ParseDER(gonogo.Certificate, copied[1:])
	expect(errors.Is(err, gonogo.ErrFormat), "a cut one")
	check(d.Close())
	forgotten, err := gonogo.NewBlock(make([]byte, 16))
	check(err)
	check(forgotten.TryEncrypt(copied[:16], copied[:16])) // and the collector closes it
}

func (s *soaker) close() {
	check(s.aead.Close())
	check(s.stream.Close())
}

// part runs a share of the operations in two goroutines.
func part(num int) {
	var group sync.WaitGroup
	for g := 0; g < 2; g++ {
		group.Add(1)
		go func() {
			defer group.Done()
			s := newSoaker()
			for i := 0; i < num/2; i++ {
				s.step(i)
			}
			s.close()
		}()
	}
	group.Wait()
}

// median of three is without the one that met a thread or a heap of the collector more.
func median(kB []int) int {
	sorted := append([]int(nil), kB...)
	sort.Ints(sorted)
	return sorted[len(sorted)/2]
}

// soak runs the operations twice before it measures them in ten parts: Go's heap, the allocator of C
// and above all that of AddressSanitizer find their sizes in some 2 * 10^7. From a tenth of that on,
// a busy machine showed 8 % of growth, which five times as many operations did not exceed. It
// returns "" if the last three parts are no larger than the first.
func soak(count string) string {
	num, err := strconv.Atoi(count)
	check(err)
	var kB [10]int
	part(2 * num)
	for i := range kB {
		part(num / len(kB))
		kB[i] = resident()
	}
	before, after := median(kB[:3]), median(kB[7:])
	fmt.Printf("resident %d kB, then %d kB; after each part: %v\n", before, after, kB)
	if after > before+before/50 && after > before+1024 { // a short run has not met its peak before
		return "memory has grown by more than 2 % and 1 MiB"
	}
	for i := 0; i < 100 && gonogo.Live() > 0; i++ {
		collect()
	}
	if n := gonogo.Live(); n != 0 {
		return fmt.Sprintf("%d handles are left", n)
	}
	return ""
}
