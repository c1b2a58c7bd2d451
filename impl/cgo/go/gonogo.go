// SPDX-License-Identifier: Apache-2.0

// Package gonogo brings the AES and the DER objects of the C libraries of gonogo to Go: with the
// interfaces of crypto/cipher, one crossing for one operation (or for a whole batch), no copy of
// what is passed, and no memory of C that Go code could hold beyond its life without being told.
//
// Every function that can fail returns an error. The methods that crypto/cipher gives no error to
// return (Seal, Encrypt, XORKeyStream, CryptBlocks) panic with that error where those of the
// standard library panic, and never from C. Handles are closed by Close, at the latest by the
// collector; calls on a closed handle return ErrClosed. Close may come while other goroutines are
// in a call: the memory goes with the last of them.
//
// The package links the static libraries that make leaves in build/ of the same tree. With the
// build tag gonogo_pkgconfig it asks pkg-config for an installed gonogo-cgo instead, and with
// gonogo_env the environment says all (CGO_CFLAGS, CGO_LDFLAGS).
package gonogo

// #include <gng_cgo.h>
import "C"

import (
	"fmt"
	"unsafe"
)

// Status is an outcome of the C side. The numbers are frozen; they are those of enum gng_status.
type Status uint64

// The statuses. Each but OK is an error and may stand behind errors.Is.
const (
	OK             Status = C.GNG_OK
	ErrInvalid     Status = C.GNG_EINVAL       // the caller broke the documented contract
	ErrAuth        Status = C.GNG_EAUTH        // a tag did not verify
	ErrUnsupported Status = C.GNG_EUNSUPPORTED // this CPU cannot do it
	ErrPermission  Status = C.GNG_EPERM
	ErrMemory      Status = C.GNG_ENOMEM
	ErrSystem      Status = C.GNG_ESYS
	ErrFormat      Status = C.GNG_EFORMAT // the input is malformed
	ErrLimit       Status = C.GNG_ELIMIT  // a length or use limit is exceeded

	// Errors that only Go can make.
	ErrClosed Status = 1001 // the handle was closed, or never opened
	ErrBusy   Status = 1002 // a handle with state is in use by another goroutine
)

var words = map[Status]string{
	OK:             "success",
	ErrInvalid:     "an argument breaks the contract: lengths, overlap or nil",
	ErrAuth:        "message authentication failed",
	ErrUnsupported: "not supported by this CPU or library",
	ErrPermission:  "not permitted",
	ErrMemory:      "no memory",
	ErrSystem:      "the system or OpenSSL refuses",
	ErrFormat:      "malformed input",
	ErrLimit:       "a limit of the specification is exceeded",
	ErrClosed:      "the handle is closed: open it, or close it later",
	ErrBusy:        "the handle is in use by another goroutine: give each its own",
}

// Error says what the status means.
func (s Status) Error() string {
	if text, ok := words[s]; ok {
		return "gonogo: " + text
	}
	return fmt.Sprintf("gonogo: status %d", uint64(s))
}

// err is nil for OK. It allocates nothing for the others that the C side returns: the small
// numbers need no box.
func (s Status) err() error {
	if s == OK {
		return nil
	}
	return s
}

func status(s C.enum_gng_status) Status { return Status(s) }

// Error is a status with the sentence that the C side wrote in the same call. OpenSSL's queue of
// errors belongs to a thread, and a goroutine may wake on another one, so no second call asks.
type Error struct {
	Status Status
	Text   string
}

// Error is "gonogo: " and the sentence.
func (e *Error) Error() string { return "gonogo: " + e.Text }

// Unwrap gives the status, for errors.Is.
func (e *Error) Unwrap() error { return e.Status }

// explain makes an error of a status and what the C side said.
func explain(s C.enum_gng_status, why *C.struct_gng_why) error {
	if s == C.GNG_OK {
		return nil
	}
	return &Error{status(s), C.GoString(&why.text[0])}
}

// pointer is nil for an empty slice: &b[0] of one panics.
func pointer(b []byte) *C.uint8_t {
	if len(b) == 0 {
		return nil
	}
	return (*C.uint8_t)(unsafe.Pointer(&b[0]))
}

func init() {
	if got := uint32(C.gng_cgo_abi()); got != C.GNG_CGO_ABI {
		panic(fmt.Sprintf("gonogo: the library has ABI %d and this package was built for %d:"+
			" run make, then go build -a", got, uint32(C.GNG_CGO_ABI)))
	}
}

// Live returns how many handles of AEADs, blocks and streams are open in this process.
func Live() int64 { return int64(C.gng_cgo_live()) }

// libraries is the checksum of what ci/go links, so that Go links again when it changes.
var libraries string

// Libraries returns the checksum of the linked C libraries, or "" outside the project's own tests.
func Libraries() string { return libraries }
