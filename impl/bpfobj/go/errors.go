// SPDX-License-Identifier: Apache-2.0

package bpfobj

// #include <stdlib.h>
// #include <gng_bpfobj.h>
import "C"

import (
	"errors"
	"syscall"
	"unsafe"
)

// ErrClosed is what calls on a closed module return.
var ErrClosed = errors.New("bpfobj: the module is closed")

// Error is a refusal. errors.Is finds its errno: errors.Is(err, syscall.EACCES).
type Error struct {
	Errno  syscall.Errno // 0: it was refused before the kernel saw it
	Text   string        // one sentence with program, errno, class and the decisive words
	Class  string        // of a refused load: "uninitialized-register", "policy", ...
	Remedy string        // what to change
	Log    string        // of the verifier, whole: complaints without a trace
	Said   string        // what libbpf warned of
}

// Error is the sentence.
func (e *Error) Error() string { return "bpfobj: " + e.Text }

// Unwrap gives the errno.
func (e *Error) Unwrap() error {
	if e.Errno == 0 {
		return nil
	}
	return e.Errno
}

// refusal makes an error of what the C side wrote in the same call; nil for GNG_OK.
func refusal(status C.enum_gng_status, why *C.struct_gng_why) error {
	if status == C.GNG_OK {
		return nil
	}
	e := &Error{Errno: syscall.Errno(why.sys_errno), Text: C.GoString(&why.text[0])}
	if status == C.GNG_EFORMAT {
		e.classify(why)
	}
	return e
}

// classify says why a file is no object; a refused load has its class from the verdict.
func (e *Error) classify(why *C.struct_gng_why) {
	var remedy *C.char
	errno := C.int(why.sys_errno)
	if errno == 0 {
		errno = -1
	}
	nothing := C.CString("")
	defer C.free(unsafe.Pointer(nothing))
	e.Class = C.GoString(C.gng_bpfobj_classify(errno, nothing, &why.text[0], &remedy))
	e.Remedy = C.GoString(remedy)
}
