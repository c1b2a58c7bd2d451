// SPDX-License-Identifier: Apache-2.0

package targets

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"

	"gonogo"
)

// crypter is either mode: CTR takes any length, CBC whole blocks.
type crypter struct {
	ours   func(dst, src []byte) error
	close  func() error
	theirs func(dst, src []byte)
	block  int
}

func newCrypter(mode byte, key, iv []byte) *crypter {
	block, err := aes.NewCipher(key)
	check(err == nil, "no key: %v", err)
	switch mode % 3 {
	case 0:
		s, err := gonogo.NewCTR(key, iv)
		check(err == nil, "no stream: %v", err)
		return &crypter{s.TryXORKeyStream, s.Close, cipher.NewCTR(block, iv).XORKeyStream, 1}
	case 1:
		c, err := gonogo.NewCBCEncrypter(key, iv)
		check(err == nil, "no chain: %v", err)
		return &crypter{c.TryCryptBlocks, c.Close, cipher.NewCBCEncrypter(block, iv).CryptBlocks, 16}
	}
	c, err := gonogo.NewCBCDecrypter(key, iv)
	check(err == nil, "no chain: %v", err)
	return &crypter{c.TryCryptBlocks, c.Close, cipher.NewCBCDecrypter(block, iv).CryptBlocks, 16}
}

// Stream crypts in chunks whose lengths, room and overlap the input says; what is refused must have
// moved nothing.
func Stream(data []byte) {
	in := &input{data}
	mode := in.byte()
	c := newCrypter(mode, in.exactly(16+8*int(mode/3%3)), in.exactly(16))
	plant := newPlantedStream()
	for in.more() {
		how, n := in.byte(), int(in.byte())
		src := make([]byte, n, n+32)
		copy(src, in.bytes(n))
		want := make([]byte, n)
		dst := want
		bad := n%c.block != 0
		switch how % 4 {
		case 0:
			dst = src // in place
		case 1:
			dst = make([]byte, n+5)
		case 2:
			dst = src[1 : n+1] // shifted
			bad = bad || n > 1
		case 3:
			dst = make([]byte, n/2) // short, but for 0
			bad = bad || n > 0
		}
		before := append([]byte(nil), src...)
		err := c.ours(dst, src)
		plant.chunk(n)
		if bad {
			check(err == gonogo.ErrInvalid, "a bad chunk of %d, %d: %v", n, how%4, err)
			check(bytes.Equal(src, before), "a bad chunk was written")
			continue
		}
		c.theirs(want, before)
		check(err == nil && bytes.Equal(dst[:n], want), "a chunk of %d, %d: %v, other bytes", n, how%4, err)
	}
	check(c.close() == nil, "no close")
	check(c.ours(nil, nil) == gonogo.ErrClosed, "use after close")
}
