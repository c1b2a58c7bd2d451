// SPDX-License-Identifier: Apache-2.0

// Package bpfobj takes eBPF objects through their life by the C library of gonogo, in the shape that
// libbpfgo gave it: NewModuleFromFile, BPFLoadObject, GetProgram, AttachXDP, Close. A call in a
// wrong state is an error that names the state, and a refused load is an *Error with errno, class,
// remedy and the whole log.
//
// Nothing here has a finalizer: a program must not leave its hook because a collector ran. What was
// opened is closed by Close, or with the process. All methods may be called from any goroutine.
package bpfobj

// #include <stdlib.h>
// #include <gng_bpfobj.h>
import "C"

import (
	"net"
	"sync"
	"unsafe"
)

// Module is an object file in one of its states.
type Module struct {
	mutex  sync.Mutex
	object *C.struct_gng_bpfobj
}

// BPFProg is a program of a module.
type BPFProg struct {
	module *Module
	name   string
}

// BPFMap is a map of a module.
type BPFMap struct {
	module *Module
	name   string
}

// BPFLink is a program at its hook.
type BPFLink struct {
	program *BPFProg
}

// NewModuleFromFile checks and reads an object.
func NewModuleFromFile(path string) (*Module, error) {
	var why C.struct_gng_why
	m := &Module{}
	text := C.CString(path)
	defer C.free(unsafe.Pointer(text))
	if err := refusal(C.gng_bpfobj_open(&m.object, text, &why), &why); err != nil {
		return nil, err
	}
	return m, nil
}

// NewModuleFromBuffer does so with bytes, which it does not keep.
func NewModuleFromBuffer(bytes []byte, name string) (*Module, error) {
	var why C.struct_gng_why
	var first *byte
	m := &Module{}
	text := C.CString(name)
	defer C.free(unsafe.Pointer(text))
	if len(bytes) > 0 {
		first = &bytes[0]
	}
	status := C.gng_bpfobj_open_bytes(&m.object, unsafe.Pointer(first), C.size_t(len(bytes)),
		text, &why)
	if err := refusal(status, &why); err != nil {
		return nil, err
	}
	return m, nil
}

// Close takes all from its hooks and lets it go. What is pinned stays.
func (m *Module) Close() {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	C.gng_bpfobj_close(m.object)
	m.object = nil
}

// call does one call on the open object; name becomes its first text.
func (m *Module) call(name string,
	do func(object *C.struct_gng_bpfobj, text *C.char, why *C.struct_gng_why) C.enum_gng_status) error {
	var why C.struct_gng_why
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.object == nil {
		return ErrClosed
	}
	text := C.CString(name)
	defer C.free(unsafe.Pointer(text))
	return refusal(do(m.object, text, &why), &why)
}

// State is "open", "loaded", "attached", "refused" or "closed".
func (m *Module) State() string {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.object == nil {
		return "closed"
	}
	return C.GoString(C.gng_bpfobj_state_name(C.gng_bpfobj_state_of(m.object)))
}

// BPFLoadObject puts maps and programs into the kernel, all or none.
func (m *Module) BPFLoadObject() error {
	var why C.struct_gng_why
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.object == nil {
		return ErrClosed
	}
	err := refusal(C.gng_bpfobj_load(m.object, &why), &why)
	if e, ok := err.(*Error); ok {
		verdict := C.gng_bpfobj_verdict_of(m.object)
		e.Class, e.Remedy = C.GoString(verdict.class_name), C.GoString(verdict.remedy)
		e.Log, e.Said = C.GoString(verdict.log), C.GoString(verdict.said)
	}
	return err
}

// InitGlobalVariable gives a const volatile variable its value, before the load.
func (m *Module) InitGlobalVariable(name string, value []byte) error {
	return m.call(name, func(o *C.struct_gng_bpfobj, text *C.char, why *C.struct_gng_why) C.enum_gng_status {
		bytes := C.CBytes(value)
		defer C.free(bytes)
		return C.gng_bpfobj_rodata(o, text, bytes, C.size_t(len(value)), why)
	})
}

// SetAutoload says whether the load takes programs; without a name all of them.
func (m *Module) SetAutoload(autoload bool, names ...string) error {
	var why C.struct_gng_why
	if len(names) == 0 {
		m.mutex.Lock()
		defer m.mutex.Unlock()
		if m.object == nil {
			return ErrClosed
		}
		return refusal(C.gng_bpfobj_autoload(m.object, nil, C.bool(autoload), &why), &why)
	}
	for _, name := range names {
		err := m.call(name, func(o *C.struct_gng_bpfobj, text *C.char, why *C.struct_gng_why) C.enum_gng_status {
			return C.gng_bpfobj_autoload(o, text, C.bool(autoload), why)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// GetProgram finds a program by its name.
func (m *Module) GetProgram(name string) (*BPFProg, error) {
	var one C.struct_gng_bpfobj_program
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.object == nil {
		return nil, ErrClosed
	}
	for i := 0; bool(C.gng_bpfobj_program_at(m.object, C.size_t(i), &one)); i++ {
		if C.GoString(one.name) == name {
			return &BPFProg{m, name}, nil
		}
	}
	return nil, &Error{Text: "the object has no program '" + name + "'"}
}

// GetMap finds a map of a loaded module.
func (m *Module) GetMap(name string) (*BPFMap, error) {
	found := &BPFMap{m, name}
	if found.FileDescriptor() < 0 {
		return nil, &Error{Text: "the object has no loaded map '" + name + "'"}
	}
	return found, nil
}

// FileDescriptor is the map's, which the module keeps; -1 if the module is closed.
func (b *BPFMap) FileDescriptor() int {
	b.module.mutex.Lock()
	defer b.module.mutex.Unlock()
	if b.module.object == nil {
		return -1
	}
	text := C.CString(b.name)
	defer C.free(unsafe.Pointer(text))
	return int(C.gng_bpfobj_map_fd(b.module.object, text))
}

// AttachXDP brings the program to an interface.
func (p *BPFProg) AttachXDP(name string) (*BPFLink, error) {
	device, err := net.InterfaceByName(name)
	if err != nil {
		return nil, err
	}
	return p.attach(C.struct_gng_bpfobj_target{ifindex: C.uint(device.Index)})
}

// AttachGeneric brings it where its section says.
func (p *BPFProg) AttachGeneric() (*BPFLink, error) {
	return p.attach(C.struct_gng_bpfobj_target{})
}

func (p *BPFProg) attach(target C.struct_gng_bpfobj_target) (*BPFLink, error) {
	err := p.module.call(p.name, func(o *C.struct_gng_bpfobj, text *C.char, why *C.struct_gng_why) C.enum_gng_status {
		return C.gng_bpfobj_attach(o, text, &target, why)
	})
	if err != nil {
		return nil, err
	}
	return &BPFLink{p}, nil
}

// Update puts another program of the module in the place of this one, without a gap.
func (l *BPFLink) Update(other *BPFProg) error {
	name := C.CString(other.name)
	defer C.free(unsafe.Pointer(name))
	err := l.program.module.call(l.program.name, func(o *C.struct_gng_bpfobj, text *C.char, why *C.struct_gng_why) C.enum_gng_status {
		return C.gng_bpfobj_update(o, text, name, why)
	})
	if err == nil {
		l.program = other
	}
	return err
}

// Destroy takes the program from its hook.
func (l *BPFLink) Destroy() error {
	return l.program.module.call(l.program.name, func(o *C.struct_gng_bpfobj, text *C.char, why *C.struct_gng_why) C.enum_gng_status {
		return C.gng_bpfobj_detach(o, text, why)
	})
}
