// SPDX-License-Identifier: Apache-2.0

package gonogo

import "sync/atomic"

// resource is memory of C with the number of its users. It is freed once: by close if nobody uses
// it, else by the last user. A finalizer alone could not do that: the object may become
// unreachable while its method is still in C, as soon as the pointer was read.
type resource struct {
	// the users; below zero: closed, and closed+n has n users; freed: the memory is gone
	state atomic.Int64
	p     uintptr // memory of C, which nothing moves: a number passes without cgo's check
	free  func(p uintptr)
}

const (
	closed = -(int64(1) << 61)
	freed  = 2 * closed
)

// acquire returns the memory, which lives until release. The zero resource is a closed one.
func (r *resource) acquire() (uintptr, error) {
	if r == nil || r.p == 0 {
		return 0, ErrClosed
	}
	if r.state.Add(1) <= 0 {
		r.release()
		return 0, ErrClosed
	}
	return r.p, nil
}

func (r *resource) release() {
	if r.state.Add(-1) == closed {
		r.reap()
	}
}

// reap frees; whoever changes the state does it. A call that comes too late moves the state for a
// moment, and then reaps in its release.
func (r *resource) reap() {
	if r.state.CompareAndSwap(closed, freed) {
		r.free(r.p)
	}
}

// close refuses further users. The second time it is ErrClosed.
func (r *resource) close() error {
	if r == nil || r.p == 0 {
		return ErrClosed
	}
	for {
		n := r.state.Load()
		if n < 0 {
			return ErrClosed
		}
		if r.state.CompareAndSwap(n, n+closed) {
			break
		}
	}
	if r.state.Load() == closed {
		r.reap()
	}
	return nil
}

// sole is the lock of a handle with state. It does not wait: two goroutines in one stream would get
// bytes in no order, so the second one is told.
type sole struct{ taken atomic.Bool }

func (s *sole) enter() bool { return s.taken.CompareAndSwap(false, true) }
func (s *sole) leave()      { s.taken.Store(false) }
