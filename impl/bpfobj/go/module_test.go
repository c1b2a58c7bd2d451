// SPDX-License-Identifier: Apache-2.0

package bpfobj

import (
	"errors"
	"os"
	"runtime"
	"sync"
	"syscall"
	"testing"
)

// object is the path of a compiled object of this build.
func object(name string) string { return os.Getenv("GNG_BUILD_DIR") + "/bpfobj/" + name + ".bpf.o" }

// open opens one that is sound.
func open(t *testing.T, name string) *Module {
	t.Helper()
	m, err := NewModuleFromFile(object(name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}

func want(t *testing.T, m *Module, state string) {
	t.Helper()
	if m.State() != state {
		t.Errorf("%s, not %s", m.State(), state)
	}
}

func program(t *testing.T, m *Module, name string) *BPFProg {
	t.Helper()
	p, err := m.GetProgram(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAModuleGoesThroughItsStates(t *testing.T) {
	m := open(t, "life")
	want(t, m, "open")
	if err := m.InitGlobalVariable("answer", []byte{2, 0, 0, 0}); err != nil {
		t.Error(err)
	}
	if err := m.BPFLoadObject(); err != nil {
		t.Fatal(err)
	}
	want(t, m, "loaded")
	if numbers, err := m.GetMap("numbers"); err != nil || numbers.FileDescriptor() < 3 {
		t.Error(err)
	}
	link, err := program(t, m, "traced").AttachGeneric()
	if err != nil {
		t.Fatal(err)
	}
	want(t, m, "attached")
	if err := link.Destroy(); err != nil {
		t.Error(err)
	}
	want(t, m, "loaded")
	m.Close()
	want(t, m, "closed")
}

func TestARefusalIsAnErrnoWithItsClass(t *testing.T) {
	var e *Error
	m := open(t, "bad")
	if err := m.SetAutoload(false); err != nil {
		t.Error(err)
	}
	if err := m.SetAutoload(true, "null_unchecked"); err != nil {
		t.Error(err)
	}
	err := m.BPFLoadObject()
	if !errors.Is(err, syscall.EACCES) || !errors.As(err, &e) {
		t.Fatal(err)
	}
	if e.Class != "null-unchecked" || e.Remedy == "" || e.Log == "" {
		t.Errorf("%+v", e)
	}
	want(t, m, "refused")
	if err := m.BPFLoadObject(); err == nil || errors.Is(err, syscall.EACCES) {
		t.Errorf("a second load: %v", err)
	}
}

func TestBadInputIsAnError(t *testing.T) {
	if _, err := NewModuleFromFile(object("absent")); !errors.Is(err, syscall.ENOENT) {
		t.Error(err)
	}
	if _, err := NewModuleFromBuffer(nil, "nothing"); err == nil {
		t.Error("no bytes are an object")
	}
	m := open(t, "life")
	if _, err := m.GetProgram("nobody"); err == nil {
		t.Error("nobody is found")
	}
	if _, err := program(t, m, "traced").AttachGeneric(); err == nil {
		t.Error("it is attached before the load")
	}
	if err := m.InitGlobalVariable("answer", nil); err == nil {
		t.Error("no bytes are a value")
	}
}

func TestUseAfterCloseIsAnErrorInEveryMethod(t *testing.T) {
	m := open(t, "life")
	p := program(t, m, "pass")
	b := &BPFMap{m, "numbers"}
	m.Close()
	m.Close()
	_, got := m.GetProgram("pass")
	_, attached := p.AttachGeneric()
	link := &BPFLink{p}
	for what, err := range map[string]error{
		"BPFLoadObject": m.BPFLoadObject(), "SetAutoload": m.SetAutoload(true),
		"SetAutoload of one": m.SetAutoload(true, "pass"), "GetProgram": got,
		"InitGlobalVariable": m.InitGlobalVariable("answer", []byte{1}),
		"AttachGeneric":      attached, "Update": link.Update(p), "Destroy": link.Destroy(),
	} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if b.FileDescriptor() != -1 {
		t.Error("a closed map has a descriptor")
	}
}

// The collector closes nothing: cilium/ebpf's programs left their hooks when nobody held them.
func TestACollectorClosesNothing(t *testing.T) {
	m := open(t, "life")
	if err := m.BPFLoadObject(); err != nil {
		t.Fatal(err)
	}
	numbers, err := m.GetMap("numbers")
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < 5; i++ {
		runtime.GC()
	}
	if _, err := os.Stat("/proc/self/fdinfo/" + itoa(numbers.FileDescriptor())); err != nil {
		t.Error(err)
	}
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}

func TestGoroutinesShareAModule(t *testing.T) {
	m := open(t, "life")
	var group sync.WaitGroup
	loaded := make(chan error, 8)
	for i := 0; i < cap(loaded); i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			loaded <- m.BPFLoadObject()
		}()
	}
	group.Wait()
	close(loaded)
	good := 0
	for err := range loaded {
		if err == nil {
			good++
		}
	}
	if good != 1 {
		t.Errorf("%d loads were done, not one", good)
	}
	want(t, m, "loaded")
}
