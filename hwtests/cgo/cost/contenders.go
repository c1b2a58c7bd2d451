// SPDX-License-Identifier: Apache-2.0

package main

// #include "evp.h"
import "C"

import (
	"crypto/aes"
	"crypto/cipher"
	"unsafe"

	"gonogo"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

const batch = 64

// gcm seals n bytes with AES-256-GCM: ours by one call, by a batch, and Go's own.
func gcm(n int) []contender {
	key, nonce, in := make([]byte, 32), make([]byte, 12), make([]byte, n)
	out := make([]byte, 0, n+16)
	ours, err := gonogo.NewAEAD(key)
	must(err)
	block, err := aes.NewCipher(key)
	must(err)
	theirs, err := cipher.NewGCM(block)
	must(err)
	size := uint64(12 + n + 16)
	arena, items := make([]byte, batch*size), make([]gonogo.Item, batch)
	for i := range items {
		at := uint64(i) * size
		items[i] = gonogo.Item{Nonce: at, In: at + 12, Len: uint64(n), Out: at + 12}
	}
	return []contender{
		repeat("go", func() { theirs.Seal(out, nonce, in, nil) }, 1),
		repeat("ours", func() { ours.Seal(out, nonce, in, nil) }, 1),
		repeat("batch", func() { must(ours.SealBatch(arena, items)) }, batch),
	}
}

// repeat makes a contender of one call, which does per operations.
func repeat(name string, call func(), per int) contender {
	return contender{name, func(count int) {
		for i := 0; i < count; i++ {
			call()
		}
	}, per}
}

// crossing compares one seal of 64 bytes through cgo with the same one called from C.
func crossing() []contender {
	nonce, in := make([]byte, 12), make([]byte, 64)
	out := make([]byte, 0, 80)
	ours, err := gonogo.NewAEAD(make([]byte, 32))
	must(err)
	return []contender{
		repeat("cgo", func() { ours.Seal(out, nonce, in, nil) }, 1),
		{"c", func(count int) { must(ours.SealManyInC(out[:80], nonce, in, count)) }, 1},
		repeat("empty", func() { C.gng_cgo_nothing() }, 1),
	}
}

func p(b []byte) *C.uint8_t { return (*C.uint8_t)(unsafe.Pointer(&b[0])) }

// articleCBC is the table of the article's section 2.2: AES-128-CBC of 1 KB.
func articleCBC() []contender {
	const n = 1024
	key, iv, in, out := make([]byte, 16), make([]byte, 16), make([]byte, n), make([]byte, n)
	many, manyOut := make([]byte, batch*n), make([]byte, batch*n)
	block, err := aes.NewCipher(key)
	must(err)
	kept, own := C.cost_open(p(key)), C.cost_key(p(key))
	ours, err := gonogo.NewCBCEncrypter(key, iv)
	must(err)
	return []contender{
		repeat("go_kept", func() { cipher.NewCBCEncrypter(block, iv).CryptBlocks(out, in) }, 1),
		repeat("go_snippet", func() {
			block, err := aes.NewCipher(key)
			must(err)
			cipher.NewCBCEncrypter(block, iv).CryptBlocks(out, in)
		}, 1),
		repeat("evp_article", func() {
			context := C.EVP_CIPHER_CTX_new()
			C.cost_init(context, p(key), p(iv))
			C.cost_update(context, p(out), p(in), n)
			C.EVP_CIPHER_CTX_free(context)
		}, 1),
		repeat("evp_fresh", func() { C.cost_fresh(p(key), p(iv), p(out), p(in), n) }, 1),
		repeat("evp_kept", func() { C.cost_kept(kept, p(iv), p(out), p(in), n) }, 1),
		repeat("ours", func() { ours.CryptBlocks(out, in) }, 1),
		repeat("ours_batch", func() {
			C.cost_cbc_batch(own, p(iv), p(manyOut), p(many), n, batch)
		}, batch),
	}
}
