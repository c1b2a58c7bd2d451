// SPDX-License-Identifier: Apache-2.0

package gonogo

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"testing"
)

func TestBlockEqualsCryptoAES(t *testing.T) {
	for keyLen := 16; keyLen <= 32; keyLen += 8 {
		key := numbered(keyLen, 1)
		ours := must[*Block](t)(NewBlock(key))
		theirs := must[cipher.Block](t)(aes.NewCipher(key))
		for i := int64(0); i < 50; i++ {
			in, got, want := numbered(16, i), make([]byte, 16), make([]byte, 16)
			ours.Encrypt(got, in)
			theirs.Encrypt(want, in)
			if !bytes.Equal(got, want) {
				t.Fatal("Encrypt differs")
			}
			ours.Decrypt(got, got)
			if !bytes.Equal(got, in) {
				t.Fatal("Decrypt is no inverse, in place")
			}
		}
	}
}

// chunks calls f with ranges that add up to n: 1, 2, 3, ... bytes times step.
func chunks(n, step int, f func(from, to int)) {
	for from, size := 0, step; from < n; size += step {
		to := from + size
		if to > n {
			to = n
		}
		f(from, to)
		from = to
	}
}

func TestStreamEqualsCryptoCipherInChunks(t *testing.T) {
	key, iv := numbered(32, 1), bytes.Repeat([]byte{0xff}, 16) // the counter wraps at once
	theirs := cipher.NewCTR(must[cipher.Block](t)(aes.NewCipher(key)), iv)
	ours := must[*Stream](t)(NewCTR(key, iv))
	text := numbered(5000, 3)
	got, want := make([]byte, len(text)), make([]byte, len(text))
	theirs.XORKeyStream(want, text)
	chunks(len(text), 1, func(from, to int) { ours.XORKeyStream(got[from:], text[from:to]) })
	if !bytes.Equal(got, want) {
		t.Error("other bytes")
	}
}

func TestChainEqualsCryptoCipherInChunks(t *testing.T) {
	key, iv, text := numbered(16, 1), numbered(16, 2), numbered(16*300, 3)
	block := must[cipher.Block](t)(aes.NewCipher(key))
	got, want := append([]byte(nil), text...), make([]byte, len(text))
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(want, text)
	ours := must[*Chain](t)(NewCBCEncrypter(key, iv))
	chunks(len(text), 16, func(from, to int) { ours.CryptBlocks(got[from:to], got[from:to]) })
	if !bytes.Equal(got, want) {
		t.Fatal("other bytes")
	}
	back := must[*Chain](t)(NewCBCDecrypter(key, iv))
	chunks(len(text), 16, func(from, to int) { back.CryptBlocks(got[from:to], got[from:to]) })
	if !bytes.Equal(got, text) {
		t.Error("decrypts to other bytes, in place")
	}
}

func TestStreamsRefuseBadInput(t *testing.T) {
	key, iv := numbered(16, 1), numbered(16, 2)
	block := must[*Block](t)(NewBlock(key))
	stream := must[*Stream](t)(NewCTR(key, iv))
	chain := must[*Chain](t)(NewCBCEncrypter(key, iv))
	b := make([]byte, 64)
	for what, err := range map[string]error{
		"a partial block":       block.TryEncrypt(b, b[:17]),
		"a short dst":           block.TryDecrypt(b[:15], b[:16]),
		"a shifted block":       block.TryEncrypt(b[1:], b[:32]),
		"a short dst of CTR":    stream.TryXORKeyStream(b[:3], b[:4]),
		"a shifted stream":      stream.TryXORKeyStream(b[1:], b[:32]),
		"a partial CBC block":   chain.TryCryptBlocks(b, b[:31]),
		"a shifted CBC block":   chain.TryCryptBlocks(b[16:], b[:32]),
		"a short dst of a CBC":  chain.TryCryptBlocks(nil, b[:16]),
		"a partial single byte": chain.TryCryptBlocks(b, b[:1]),
	} {
		wantErr(t, what, err, ErrInvalid)
	}
	for what, err := range map[string]error{"nil": stream.TryXORKeyStream(nil, nil),
		"empty": chain.TryCryptBlocks(b, nil), "no block": block.TryEncrypt(nil, nil)} {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	wantPanic(t, "Encrypt", ErrInvalid, func() { block.Encrypt(b, b[:15]) })
	wantPanic(t, "Decrypt", ErrInvalid, func() { block.Decrypt(b[:0], b) })
	wantPanic(t, "XORKeyStream", ErrInvalid, func() { stream.XORKeyStream(b[:1], b[:2]) })
	wantPanic(t, "CryptBlocks", ErrInvalid, func() { chain.CryptBlocks(b, b[:5]) })
}
