// SPDX-License-Identifier: Apache-2.0

package gonogo

// #include <stdlib.h>
// #include "calls.h"
import "C"

import (
	"io"
	"runtime"
	"unsafe"
)

// Kind is what a DER object is.
type Kind int

// The kinds.
const (
	Certificate Kind = C.GNG_EVP_CERTIFICATE
	PublicKey   Kind = C.GNG_EVP_PUBLIC_KEY
	PrivateKey  Kind = C.GNG_EVP_PRIVATE_KEY
)

// DER is a certificate or key that OpenSSL parsed, and its encoding in memory of C. Immutable;
// goroutines may share it.
type DER struct{ r *resource }

func freeDER(p uintptr) { C.gonogo_close_der(C.uintptr_t(p)) }

func newDER(c *C.struct_gng_evp_der) *DER {
	d := &DER{&resource{p: uintptr(unsafe.Pointer(c)), free: freeDER}}
	closeWith(d, d.r)
	return d
}

// ParseDER parses der, and nothing may stand behind it. ErrFormat, or ErrLimit above 1 MiB.
func ParseDER(kind Kind, der []byte) (*DER, error) {
	var c *C.struct_gng_evp_der
	var why C.struct_gng_why
	s := C.gng_evp_der_open(&c, C.enum_gng_evp_kind(kind), pointer(der), C.size_t(len(der)), &why)
	if err := explain(s, &why); err != nil {
		return nil, err
	}
	return newDER(c), nil
}

// ParsePEM parses the first block of that kind. A NUL inside does not end the text, since it
// passes with its length. ErrFormat, or ErrLimit above 4 MiB.
func ParsePEM(kind Kind, text []byte) (*DER, error) {
	var c *C.struct_gng_evp_der
	var why C.struct_gng_why
	s := C.gng_evp_pem_open(&c, C.enum_gng_evp_kind(kind),
		(*C.char)(unsafe.Pointer(pointer(text))), C.size_t(len(text)), &why)
	if err := explain(s, &why); err != nil {
		return nil, err
	}
	return newDER(c), nil
}

// Close frees the object. Views become invalid; Use and Reader keep it until they end.
func (d *DER) Close() error { return d.r.close() }

// slice is a view of n bytes at p. Its capacity ends with it, so append copies.
func slice(p *C.uint8_t, n C.size_t) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(p)), int(n))[:n:n]
}

func view(p uintptr) []byte {
	v := C.gonogo_view(C.uintptr_t(p))
	return slice(v.bytes, v.len)
}

// Use calls f with the encoding, nothing copied. The slice is valid until f returns, even if
// another goroutine closes d meanwhile, and must not be written to or kept.
func (d *DER) Use(f func(der []byte) error) error {
	p, err := d.r.acquire()
	if err != nil {
		return err
	}
	defer d.r.release()
	return f(view(p))
}

// View returns the encoding itself, nothing copied, valid until d is closed. The caller keeps d: by
// Close at the end, or by runtime.KeepAlive(d) behind the last use. A KeepAlive of the slice would
// do nothing, for the collector does not know this memory. Prefer Use, where none of that can be
// forgotten.
func (d *DER) View() ([]byte, error) {
	p, err := d.r.acquire()
	if err != nil {
		return nil, err
	}
	b := view(p)
	d.r.release()
	return b, nil
}

// Copy returns a copy that Go owns. It is the article's get_der_data with C.GoBytes and C.free: two
// copies, for comparison; append(nil, view...) needs one.
func (d *DER) Copy() ([]byte, error) {
	p, err := d.r.acquire()
	if err != nil {
		return nil, err
	}
	defer d.r.release()
	var c *C.uint8_t
	var n C.size_t
	var why C.struct_gng_why
	s := C.gonogo_dup(C.uintptr_t(p), &c, &n, &why)
	if err := explain(s, &why); err != nil {
		return nil, err
	}
	defer C.free(unsafe.Pointer(c))
	// C.GoBytes takes a C.int; a slice takes any length and is checked.
	return append([]byte(nil), slice(c, n)...), nil
}

// Fingerprint is the SHA-256 of the encoding.
func (d *DER) Fingerprint() (sum [32]byte, err error) {
	p, err := d.r.acquire()
	if err != nil {
		return sum, err
	}
	defer d.r.release()
	var why C.struct_gng_why
	s := C.gonogo_fingerprint(C.uintptr_t(p), (*C.uint8_t)(&sum[0]), &why)
	return sum, explain(s, &why)
}

// Reader reads the encoding: an io.Reader, io.ReaderAt and io.WriterTo. It keeps the object until
// it is closed, or collected.
type Reader struct {
	d  *DER
	r  *resource
	at int64
}

// Reader returns a new reader at the start.
func (d *DER) Reader() (*Reader, error) {
	p, err := d.r.acquire()
	if err != nil {
		return nil, err
	}
	// Its own resource: closing the reader releases the object once.
	r := &Reader{d: d, r: &resource{p: p, free: func(uintptr) { d.r.release() }}}
	closeWith(r, r.r)
	return r, nil
}

// Close releases the object.
func (r *Reader) Close() error { return r.r.close() }

// Read copies the next bytes.
func (r *Reader) Read(b []byte) (int, error) {
	n, err := r.ReadAt(b, r.at)
	r.at += int64(n)
	if err == io.EOF && n > 0 {
		err = nil
	}
	return n, err
}

// ReadAt copies the bytes from offset on.
func (r *Reader) ReadAt(b []byte, offset int64) (int, error) {
	if offset < 0 {
		return 0, ErrInvalid
	}
	p, err := r.r.acquire()
	if err != nil {
		return 0, err
	}
	defer r.r.release()
	der := view(p)
	if offset >= int64(len(der)) {
		return 0, io.EOF
	}
	n := copy(b, der[offset:])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

// WriteTo writes the rest, nothing copied.
func (r *Reader) WriteTo(w io.Writer) (int64, error) {
	p, err := r.r.acquire()
	if err != nil {
		return 0, err
	}
	defer r.r.release()
	rest := view(p)[r.at:]
	n, err := w.Write(rest)
	r.at += int64(n)
	return int64(n), err
}

// ParseCopied is ParseDER by the article's way in, C.CBytes and C.free: a copy on the C heap, which
// C would need only if it kept the bytes. ParseDER lends the slice instead.
func ParseCopied(kind Kind, der []byte) (*DER, error) {
	if len(der) > C.GNG_EVP_MAX_DER {
		return nil, ErrLimit
	}
	var c *C.struct_gng_evp_der
	var why C.struct_gng_why
	in := C.CBytes(der)
	defer C.free(in)
	s := C.gng_evp_der_open(&c, C.enum_gng_evp_kind(kind), (*C.uint8_t)(in), C.size_t(len(der)), &why)
	runtime.KeepAlive(der)
	if err := explain(s, &why); err != nil {
		return nil, err
	}
	return newDER(c), nil
}
