// SPDX-License-Identifier: Apache-2.0

package targets

import (
	"bytes"
	"runtime"
	"sync"
	"sync/atomic"

	"gonogo"
)

// Concurrent gives each of four goroutines a script on shared handles: every result is right, or
// says that the handle is closed or busy.
func Concurrent(data []byte) {
	in := &input{data}
	var scripts [4][]byte
	for i := range scripts {
		scripts[i] = in.bytes(int(in.byte() % 16))
	}
	s := newShared()
	var group sync.WaitGroup
	for i := range scripts {
		group.Add(1)
		go func(script []byte) {
			defer group.Done()
			for _, what := range script {
				s.step(what)
			}
		}(scripts[i])
	}
	group.Wait()
	s.plant.end(scripts[0], scripts[1])
	s.aead.Close()
	s.stream.Close()
	s.object.Close()
}

type shared struct {
	aead   *gonogo.AEAD
	stream *gonogo.Stream
	object *gonogo.DER
	sealed []byte
	plant  plantedShared

	collected atomic.Bool
}

func newShared() *shared {
	aead, err := gonogo.NewAEAD(make([]byte, 16))
	check(err == nil, "no key: %v", err)
	stream, err := gonogo.NewCTR(make([]byte, 16), make([]byte, 16))
	check(err == nil, "no stream: %v", err)
	object, err := gonogo.ParseDER(gonogo.Certificate, der)
	check(err == nil, "no object: %v", err)
	return &shared{aead: aead, stream: stream, object: object,
		sealed: aead.Seal(nil, make([]byte, 12), der, nil)}
}

func allowed(err error, what string, others ...error) bool {
	for _, other := range others {
		if err == other {
			return true
		}
	}
	check(err == nil, "%s: %v", what, err)
	return false
}

func (s *shared) step(what byte) {
	switch what % 8 {
	case 0, 1:
		out, err := s.aead.TrySeal(nil, make([]byte, 12), der, nil)
		if !allowed(err, "seal", gonogo.ErrClosed) {
			check(bytes.Equal(out, s.sealed), "other ciphertext")
		}
	case 2:
		out, err := s.aead.TryOpen(nil, make([]byte, 12), s.sealed, nil)
		if !allowed(err, "open", gonogo.ErrClosed) {
			check(bytes.Equal(out, der), "other text")
		}
	case 3:
		allowed(s.stream.TryXORKeyStream(make([]byte, 99), make([]byte, 99)), "stream",
			gonogo.ErrBusy, gonogo.ErrClosed)
	case 4:
		allowed(s.object.Use(func(b []byte) error {
			check(bytes.Equal(b, der), "other bytes")
			return nil
		}), "use", gonogo.ErrClosed)
	case 5:
		runtime.Gosched()
	case 6:
		s.close(what / 8)
	case 7:
		if s.collected.CompareAndSwap(false, true) { // once: it costs more than all the rest
			runtime.GC()
		}
	}
}

func (s *shared) close(which byte) {
	switch which % 3 {
	case 0:
		allowed(s.aead.Close(), "close", gonogo.ErrClosed)
	case 1:
		allowed(s.stream.Close(), "close", gonogo.ErrClosed)
	case 2:
		allowed(s.object.Close(), "close", gonogo.ErrClosed)
	}
}
