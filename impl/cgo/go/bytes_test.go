// SPDX-License-Identifier: Apache-2.0

package gonogo

import (
	"errors"
	"math/rand"
	"runtime"
	"testing"
	"time"
)

// numbered returns n bytes that depend on seed.
func numbered(n int, seed int64) []byte {
	b := make([]byte, n)
	rand.New(rand.NewSource(seed)).Read(b)
	return b
}

func wantErr(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// wantPanic runs f, which must panic with the error want: a value of Go's, not a crash.
func wantPanic(t *testing.T, what string, want error, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		got, ok := recover().(error)
		if !ok || !errors.Is(got, want) {
			t.Errorf("%s: panic %v, want %v", what, got, want)
		}
	}()
	f()
}

// collect runs the collector until done, or fails: finalizers run in a goroutine of their own.
func collect(t *testing.T, what string, done func() bool) {
	t.Helper()
	for i := 0; i < 500; i++ {
		runtime.GC()
		if done() {
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
	t.Errorf("%s: not after 500 collections", what)
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
