// SPDX-License-Identifier: Apache-2.0

package gonogo

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// wrongState lists calls on handles that are closed or were never opened.
func wrongState(t *testing.T, a *AEAD, b *Block, s *Stream, c *Chain, d *DER) {
	t.Helper()
	x := make([]byte, 64)
	_, seal := a.TrySeal(nil, x[:12], x, nil)
	_, open := a.TryOpen(nil, x[:12], x, nil)
	_, copied := d.Copy()
	_, view := d.View()
	_, sum := d.Fingerprint()
	_, reader := d.Reader()
	for what, err := range map[string]error{
		"TrySeal": seal, "TryOpen": open, "SealBatch": a.SealBatch(x, nil),
		"OpenBatch": a.OpenBatch(x, nil), "TryEncrypt": b.TryEncrypt(x, x),
		"TryDecrypt": b.TryDecrypt(x, x), "TryXORKeyStream": s.TryXORKeyStream(x, x),
		"TryCryptBlocks": c.TryCryptBlocks(x, x), "Copy": copied, "View": view,
		"Fingerprint": sum, "Reader": reader, "Use": d.Use(func([]byte) error { return nil }),
		"a.Close": a.Close(), "b.Close": b.Close(), "s.Close": s.Close(), "c.Close": c.Close(),
		"d.Close": d.Close(),
	} {
		wantErr(t, what, err, ErrClosed)
	}
	wantPanic(t, "Seal", ErrClosed, func() { a.Seal(nil, x[:12], x, nil) })
	wantPanic(t, "Encrypt", ErrClosed, func() { b.Encrypt(x, x) })
	wantPanic(t, "XORKeyStream", ErrClosed, func() { s.XORKeyStream(x, x) })
	wantPanic(t, "CryptBlocks", ErrClosed, func() { c.CryptBlocks(x, x) })
	if _, err := a.Open(nil, x[:12], x, nil); err != ErrClosed {
		t.Errorf("Open: %v", err)
	}
}

func TestUseAfterCloseIsAnError(t *testing.T) {
	key := numbered(16, 1)
	a, b := must[*AEAD](t)(NewAEAD(key)), must[*Block](t)(NewBlock(key))
	s, c := must[*Stream](t)(NewCTR(key, key)), must[*Chain](t)(NewCBCEncrypter(key, key))
	d := must[*DER](t)(ParsePEM(Certificate, certificatePEM(t)))
	for _, close := range []func() error{a.Close, b.Close, s.Close, c.Close, d.Close} {
		if err := close(); err != nil {
			t.Error(err)
		}
	}
	wrongState(t, a, b, s, c, d)
}

func TestAZeroHandleIsAClosedOne(t *testing.T) {
	wrongState(t, &AEAD{}, &Block{}, &Stream{}, &Chain{}, &DER{})
	r := &Reader{}
	_, err := r.Read(make([]byte, 1))
	wantErr(t, "Read", err, ErrClosed)
	wantErr(t, "Close", r.Close(), ErrClosed)
}

// Goroutines use one handle while it is closed: each call is right or ErrClosed, and the memory goes
// with the last.
func TestCloseWaitsForNobodyAndHurtsNobody(t *testing.T) {
	start := Live()
	for round := 0; round < 60; round++ {
		a := must[*AEAD](t)(NewAEAD(numbered(16, 1)))
		nonce, text := numbered(12, 2), numbered(300, 3)
		want := string(a.Seal(nil, nonce, text, nil))
		var group sync.WaitGroup
		var good, late, closes atomic.Int64
		for g := 0; g < 8; g++ {
			group.Add(1)
			go func(g int) {
				defer group.Done()
				for i := 0; i < 50; i++ {
					out, err := a.TrySeal(nil, nonce, text, nil)
					switch {
					case err == ErrClosed:
						late.Add(1)
					case err == nil && string(out) == want:
						good.Add(1)
					default:
						t.Errorf("wrong bytes, or %v", err)
					}
					if i == 5*g && a.Close() == nil {
						closes.Add(1)
					}
				}
			}(g)
		}
		group.Wait()
		if closes.Load() != 1 || good.Load()+late.Load() != 400 {
			t.Fatalf("%d closes, %d calls", closes.Load(), good.Load()+late.Load())
		}
	}
	if n := Live(); n > start { // less: the collector came by
		t.Errorf("%d handles are left", n-start)
	}
}

func TestConcurrentUseOfAStreamIsAnError(t *testing.T) {
	s := must[*Stream](t)(NewCTR(numbered(16, 1), numbered(16, 2)))
	var group sync.WaitGroup
	var good, busy, bytes atomic.Int64
	for g := 0; g < 4; g++ {
		group.Add(1)
		go func() {
			defer group.Done()
			x := make([]byte, 1<<15)
			for i := 0; i < 300; i++ {
				switch err := s.TryXORKeyStream(x, x); err {
				case nil:
					good.Add(1)
					bytes.Add(int64(len(x)))
				case ErrBusy:
					busy.Add(1)
				default:
					t.Error(err)
				}
			}
		}()
	}
	group.Wait()
	if good.Load() == 0 || good.Load()+busy.Load() != 1200 {
		t.Errorf("%d good, %d busy", good.Load(), busy.Load())
	}
	s.s.taken.Store(true) // another goroutine is inside
	wantErr(t, "a second user", s.TryXORKeyStream(nil, nil), ErrBusy)
	wantPanic(t, "a second user", ErrBusy, func() { s.XORKeyStream(nil, nil) })
	s.s.taken.Store(false)
}

func TestForgottenHandlesAreCollected(t *testing.T) {
	func() {
		key := numbered(16, 1)
		for i := 0; i < 100; i++ {
			a, b := must[*AEAD](t)(NewAEAD(key)), must[*Block](t)(NewBlock(key))
			s, c := must[*Stream](t)(NewCTR(key, key)), must[*Chain](t)(NewCBCEncrypter(key, key))
			runtime.KeepAlive(a)
			runtime.KeepAlive(b)
			runtime.KeepAlive(s)
			runtime.KeepAlive(c)
		}
	}()
	if Live() < 1 {
		t.Error("the counter does not count")
	}
	// those of the tests before, too: nothing is left in the process
	collect(t, "100 forgotten handles of each kind", func() bool { return Live() == 0 })
}

// The object may be collected while its method is in C: the users of the resource keep the memory.
// Without them a finalizer that runs then frees what C reads.
func TestAFinalizerDoesNotOvertakeACall(t *testing.T) {
	key, nonce, text := numbered(32, 1), numbered(12, 2), numbered(1<<16, 3)
	want := native(t, key, 16).Seal(nil, nonce, text, nil)
	done := make(chan bool)
	go func() {
		for i := 0; i < 200; i++ {
			runtime.GC()
		}
		close(done)
	}()
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
			// the last use of the handle is the call itself
			if got := must[*AEAD](t)(NewAEAD(key)).Seal(nil, nonce, text, nil); string(got) != string(want) {
				t.Fatal("the key was freed under the call")
			}
		}
	}
}
