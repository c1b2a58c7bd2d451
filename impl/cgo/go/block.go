// SPDX-License-Identifier: Apache-2.0

package gonogo

// #include "calls.h"
import "C"

import (
	"crypto/cipher"
	"runtime"
	"unsafe"
)

// BlockSize is that of AES.
const BlockSize = C.GNG_AES_BLOCK

// Block is an AES key as a cipher.Block, immutable; goroutines may share it. A crossing for each
// block is slow: use the modes below, or TryEncrypt with many blocks at once.
type Block struct{ r *resource }

var _ cipher.Block = (*Block)(nil)

// NewBlock takes a key of 16, 24 or 32 bytes.
func NewBlock(key []byte) (*Block, error) {
	var c *C.struct_gng_cgo_block
	s := C.gng_cgo_block_open(&c, pointer(key), C.size_t(len(key)))
	runtime.KeepAlive(key)
	if s != C.GNG_OK {
		return nil, status(s)
	}
	b := &Block{&resource{p: uintptr(unsafe.Pointer(c)), free: freeBlock}}
	closeWith(b, b.r)
	return b, nil
}

func freeBlock(p uintptr) { C.gonogo_close_block(C.uintptr_t(p)) }

// Close wipes the key.
func (b *Block) Close() error { return b.r.close() }

// BlockSize is 16.
func (b *Block) BlockSize() int { return BlockSize }

// TryEncrypt encrypts the blocks of src, each on its own (ECB), to dst. ErrInvalid for a partial
// block, a dst that is shorter, and an overlap that is not exact.
func (b *Block) TryEncrypt(dst, src []byte) error { return b.crypt(dst, src, 1) }

// TryDecrypt is the inverse of TryEncrypt.
func (b *Block) TryDecrypt(dst, src []byte) error { return b.crypt(dst, src, 0) }

func (b *Block) crypt(dst, src []byte, encrypts C.int) error {
	if len(dst) < len(src) {
		return ErrInvalid
	}
	p, err := b.r.acquire()
	if err != nil {
		return err
	}
	s := C.gonogo_block(C.uintptr_t(p), encrypts, pointer(dst), pointer(src), C.size_t(len(src)))
	b.r.release()
	return status(s).err()
}

// Encrypt encrypts the first block of src. It panics as crypto/aes does, with the error.
func (b *Block) Encrypt(dst, src []byte) { b.one(dst, src, 1) }

// Decrypt decrypts the first block of src. It panics as Encrypt.
func (b *Block) Decrypt(dst, src []byte) { b.one(dst, src, 0) }

func (b *Block) one(dst, src []byte, encrypts C.int) {
	if len(src) < BlockSize || len(dst) < BlockSize {
		panic(ErrInvalid)
	}
	if err := b.crypt(dst[:BlockSize], src[:BlockSize], encrypts); err != nil {
		panic(err)
	}
}
