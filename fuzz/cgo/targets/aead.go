// SPDX-License-Identifier: Apache-2.0

package targets

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"errors"

	"gonogo"
)

var keys = map[int]*struct {
	ours   *gonogo.AEAD
	theirs cipher.AEAD
}{}

// pair returns both implementations for a key of 16, 24 or 32 bytes and a tag of 12 to 16.
func pair(keyLen, tagSize int) (*gonogo.AEAD, cipher.AEAD) {
	id := keyLen*100 + tagSize
	if keys[id] == nil {
		key := bytes.Repeat([]byte{byte(id)}, keyLen)
		ours, err := gonogo.NewAEADWithTagSize(key, tagSize)
		check(err == nil, "no key: %v", err)
		block, err := aes.NewCipher(key)
		check(err == nil, "no key: %v", err)
		theirs, err := cipher.NewGCMWithTagSize(block, tagSize)
		check(err == nil, "no key: %v", err)
		keys[id] = &struct {
			ours   *gonogo.AEAD
			theirs cipher.AEAD
		}{ours, theirs}
	}
	return keys[id].ours, keys[id].theirs
}

// sealWithRoom seals by Go's own code, with a block more room than that needs: for a tag shorter
// than a block its assembler writes up to three zeros behind the result (golang/go#80288), into the
// object that lies there. Found here: it was the key schedule of another key.
func sealWithRoom(a cipher.AEAD, prefix, nonce, text, aad []byte) []byte {
	dst := make([]byte, len(prefix), len(prefix)+len(text)+a.Overhead()+aes.BlockSize)
	copy(dst, prefix)
	return a.Seal(dst, nonce, text, aad)
}

// AEAD seals and opens by both implementations, apart and in place, with a prefix, and forged.
func AEAD(data []byte) {
	in := &input{data}
	how := in.byte()
	ours, theirs := pair(16+8*int(in.byte()%3), 12+int(in.byte()%5))
	nonceLen := 12
	if how&1 != 0 {
		nonceLen = int(in.byte() % 32)
	}
	nonce, aad := in.exactly(nonceLen), in.bytes(int(in.byte()))
	prefix := in.bytes(int(in.byte() % 8))
	text := in.data
	got, err := ours.TrySeal(prefix[:len(prefix):len(prefix)], nonce, text, aad)
	if nonceLen != 12 {
		check(errors.Is(err, gonogo.ErrInvalid), "a nonce of %d bytes: %v", nonceLen, err)
		return
	}
	want := sealWithRoom(theirs, prefix, nonce, text, aad)
	if err != nil || !bytes.Equal(got, want) {
		// who of the two says something else the second time?
		again, _ := ours.TrySeal(prefix[:len(prefix):len(prefix)], nonce, text, aad)
		theirAgain := sealWithRoom(theirs, prefix, nonce, text, aad)
		check(false, "seal: %v, key %d, nonce %x, text %x, data %x: %x is not %x; again %x and %x",
			err, ours.Overhead(), nonce, text, aad, got, want, again, theirAgain)
	}
	plantedAEAD(aad, got)
	sealed := got[len(prefix):]
	openBoth(ours, theirs, how, nonce, sealed, text, aad)
}

func openBoth(ours *gonogo.AEAD, theirs cipher.AEAD, how byte, nonce, sealed, text, aad []byte) {
	if how&2 != 0 {
		sealed[int(how>>3)%len(sealed)] ^= 1 << (how >> 5)
	}
	want, wantErr := theirs.Open(nil, nonce, sealed, aad)
	var dst []byte
	if how&4 != 0 {
		dst = sealed[:0]
	}
	got, err := ours.TryOpen(dst, nonce, sealed, aad)
	check((err == nil) == (wantErr == nil), "open: %v, not %v", err, wantErr)
	check(err == nil || err == gonogo.ErrAuth, "open: %v", err)
	check(bytes.Equal(got, want), "open: %x is not %x", got, want)
	check(err != nil || bytes.Equal(got, text), "open: other text")
}
