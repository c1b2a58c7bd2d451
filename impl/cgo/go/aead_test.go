// SPDX-License-Identifier: Apache-2.0

package gonogo

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"testing"
)

func native(t testing.TB, key []byte, tagSize int) cipher.AEAD {
	t.Helper()
	block := must[cipher.Block](t)(aes.NewCipher(key))
	return must[cipher.AEAD](t)(cipher.NewGCMWithTagSize(block, tagSize))
}

func TestSealEqualsCryptoCipher(t *testing.T) {
	for keyLen := 16; keyLen <= 32; keyLen += 8 {
		for tagSize := 12; tagSize <= 16; tagSize++ {
			key := numbered(keyLen, 1)
			ours := must[*AEAD](t)(NewAEADWithTagSize(key, tagSize))
			sealEquals(t, ours, native(t, key, tagSize))
			if err := ours.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func sealEquals(t *testing.T, ours *AEAD, theirs cipher.AEAD) {
	t.Helper()
	for n := 0; n < 1100; n += 1 + n/24 {
		nonce, text, aad := numbered(12, int64(n)), numbered(n, 7), numbered(n%37, 9)
		// room for what Go's assembler writes behind a short tag, golang/go#80288
		want := theirs.Seal(make([]byte, 0, n+32), nonce, text, aad)
		got := ours.Seal([]byte("head"), nonce, text, aad)
		if !bytes.Equal(got[:4], []byte("head")) || !bytes.Equal(got[4:], want) {
			t.Fatalf("%d bytes: other ciphertext", n)
		}
		if back, err := ours.Open(nil, nonce, want, aad); err != nil || !bytes.Equal(back, text) {
			t.Fatalf("%d bytes: opens to something else: %v", n, err)
		}
		got[4+n/2] ^= 1
		if _, err := ours.Open(nil, nonce, got[4:], aad); err != ErrAuth {
			t.Fatalf("%d bytes: a forgery opens: %v", n, err)
		}
	}
}

func TestSealAndOpenWorkInPlace(t *testing.T) {
	key, nonce, text := numbered(32, 1), numbered(12, 2), numbered(777, 3)
	ours := must[*AEAD](t)(NewAEAD(key))
	buffer := append(make([]byte, 0, 1000), text...)
	sealed := ours.Seal(buffer[:0], nonce, buffer, nil)
	if &sealed[0] != &buffer[0] || !bytes.Equal(sealed, native(t, key, 16).Seal(nil, nonce, text, nil)) {
		t.Fatal("not in place, or wrong")
	}
	if back := must[[]byte](t)(ours.Open(sealed[:0], nonce, sealed, nil)); !bytes.Equal(back, text) {
		t.Fatal("opens to something else")
	}
}

func TestAForgeryLeavesNoPlaintext(t *testing.T) {
	ours := must[*AEAD](t)(NewAEAD(numbered(16, 1)))
	nonce := numbered(12, 2)
	sealed := ours.Seal(nil, nonce, numbered(500, 3), nil)
	sealed[3] ^= 1
	room := bytes.Repeat([]byte{0xaa}, 500)
	if _, err := ours.Open(room[:0], nonce, sealed, nil); err != ErrAuth {
		t.Fatal(err)
	}
	if !bytes.Equal(room, make([]byte, 500)) {
		t.Error("plaintext is left behind")
	}
}

func TestSealRefusesBadInput(t *testing.T) {
	ours := must[*AEAD](t)(NewAEAD(numbered(16, 1)))
	nonce, text := numbered(12, 2), make([]byte, 64, 128)
	try := func(what string, want error, dst, nonce, text, aad []byte) {
		t.Helper()
		before := string(text[:cap(text)])
		_, err := ours.TrySeal(dst, nonce, text, aad)
		wantErr(t, what, err, want)
		if want != nil && string(text[:cap(text)]) != before {
			t.Errorf("%s: something was written", what)
		}
	}
	for _, n := range []int{0, 1, 11, 13, 16, 4096} {
		try("a nonce of another length", ErrInvalid, nil, make([]byte, n), text, nil)
	}
	try("a nil nonce", ErrInvalid, nil, nil, text, nil)
	try("an output one byte off", ErrInvalid, text[:1], nonce, text[:32], nil)
	try("additional data where the tag goes", ErrInvalid, text[:0], nonce, text[:32], text[40:48])
	try("a nonce inside the output", ErrInvalid, text[:0], text[4:16], text[:32], nil)
	try("nil text", nil, nil, nonce, nil, nil)
	try("empty everything", nil, []byte{}, nonce, []byte{}, []byte{})

	for _, n := range []int{0, 15} {
		_, err := ours.TryOpen(nil, nonce, make([]byte, n), nil)
		wantErr(t, "ciphertext shorter than its tag", err, ErrAuth)
	}
	wantPanic(t, "Seal", ErrInvalid, func() { ours.Seal(nil, nonce[:3], text, nil) })
	wantPanic(t, "Open", ErrInvalid, func() { ours.Open(nil, nonce[:3], text, nil) })
}

func TestNewRefusesBadKeys(t *testing.T) {
	for _, n := range []int{0, 1, 15, 17, 23, 31, 33, 4096} {
		_, err := NewAEAD(make([]byte, n))
		wantErr(t, "NewAEAD", err, ErrInvalid)
		_, err = NewBlock(make([]byte, n))
		wantErr(t, "NewBlock", err, ErrInvalid)
		_, err = NewCTR(make([]byte, n), make([]byte, 16))
		wantErr(t, "NewCTR", err, ErrInvalid)
		_, err = NewCBCEncrypter(make([]byte, 16), make([]byte, n))
		wantErr(t, "NewCBCEncrypter, iv", err, ErrInvalid)
	}
	for _, n := range []int{-1, 0, 4, 8, 11, 17, 1 << 40} {
		_, err := NewAEADWithTagSize(make([]byte, 16), n)
		wantErr(t, "a tag size", err, ErrInvalid)
	}
	_, err := NewAEAD(nil)
	wantErr(t, "a nil key", err, ErrInvalid)
}

// layout puts num messages of n bytes one behind the other: nonce, aad, text, room for the tag.
func layout(num, n, aadLen int) (arena []byte, items []Item) {
	size := 12 + aadLen + n + 16
	arena = numbered(num*size, 5)
	for i := 0; i < num; i++ {
		at := uint64(i * size)
		text := at + 12 + uint64(aadLen)
		items = append(items, Item{Nonce: at, AAD: at + 12, AADLen: uint64(aadLen), In: text,
			Len: uint64(n), Out: text})
	}
	return arena, items
}

func TestABatchEqualsSingleCalls(t *testing.T) {
	key := numbered(32, 1)
	ours, theirs := must[*AEAD](t)(NewAEAD(key)), native(t, key, 16)
	for _, n := range []int{0, 1, 16, 64, 200, 1000} {
		arena, items := layout(67, n, 13)
		before := append([]byte(nil), arena...)
		if err := ours.SealBatch(arena, items); err != nil {
			t.Fatal(err)
		}
		for _, it := range items {
			want := theirs.Seal(nil, before[it.Nonce:it.Nonce+12], before[it.In:it.In+it.Len],
				before[it.AAD:it.AAD+it.AADLen])
			if !bytes.Equal(arena[it.Out:it.Out+it.Len+16], want) || it.Status != OK {
				t.Fatalf("%d bytes: other ciphertext", n)
			}
		}
		openBatch(t, ours, arena, before, items)
	}
}

// openBatch forges the third message: the others must open all the same.
func openBatch(t *testing.T, ours *AEAD, arena, before []byte, items []Item) {
	t.Helper()
	for i := range items {
		items[i].Len += 16
	}
	arena[items[2].In] ^= 1
	wantErr(t, "a batch with a forgery", ours.OpenBatch(arena, items), ErrAuth)
	for i, it := range items {
		from, to := it.Out, it.Out+it.Len-16
		switch {
		case i == 2:
			wantErr(t, "the forgery", it.Status, ErrAuth)
			if !bytes.Equal(arena[from:to], make([]byte, to-from)) {
				t.Error("the forgery leaves plaintext")
			}
		case it.Status != OK || !bytes.Equal(arena[from:to], before[from:to]):
			t.Fatalf("message %d: status %v", i, it.Status)
		}
	}
}

func TestABatchRefusesWhatLeavesTheArena(t *testing.T) {
	ours := must[*AEAD](t)(NewAEAD(numbered(16, 1)))
	const huge = ^uint64(0)
	spoil := map[string]func(items []Item, arena []byte){
		"text behind the end":      func(i []Item, a []byte) { i[1].Len = uint64(len(a)) },
		"text of 2^64-1":           func(i []Item, a []byte) { i[1].Len = huge },
		"text at 2^64-8":           func(i []Item, a []byte) { i[1].In = huge - 7 },
		"a tag behind the end":     func(i []Item, a []byte) { i[2].Len += 17 },
		"a nonce behind the end":   func(i []Item, a []byte) { i[0].Nonce = uint64(len(a)) - 11 },
		"additional data too long": func(i []Item, a []byte) { i[0].AADLen = huge },
		"output over the next":     func(i []Item, a []byte) { i[0].Out = i[1].In - 3 },
		"output over a nonce":      func(i []Item, a []byte) { i[2].Out = i[1].Nonce },
		"two outputs in one place": func(i []Item, a []byte) { i[2].Out, i[2].In = i[0].Out, i[0].In },
	}
	for what, change := range spoil {
		arena, items := layout(3, 40, 5)
		arena = append(arena, make([]byte, 16)...) // behind the end is not also in another message
		change(items, arena)
		before := string(arena)
		wantErr(t, what, ours.SealBatch(arena, items), ErrInvalid)
		if string(arena) != before {
			t.Errorf("%s: something was written", what)
		}
	}
	if err := ours.SealBatch(nil, nil); err != nil {
		t.Errorf("nothing to do: %v", err)
	}
	wantErr(t, "no arena", ours.SealBatch(nil, make([]Item, 1)), ErrInvalid)
}

func TestOperationsAllocateNothing(t *testing.T) {
	ours := must[*AEAD](t)(NewAEAD(numbered(16, 1)))
	nonce, text, out := numbered(12, 2), numbered(64, 3), make([]byte, 0, 80)
	sealed := ours.Seal(nil, nonce, text, nil)
	arena, items := layout(8, 64, 0)
	stream := must[*Stream](t)(NewCTR(numbered(16, 1), numbered(16, 2)))
	chain := must[*Chain](t)(NewCBCEncrypter(numbered(16, 1), numbered(16, 2)))
	for what, f := range map[string]func(){
		"Seal":         func() { ours.Seal(out, nonce, text, nil) },
		"Open":         func() { _, _ = ours.Open(out, nonce, sealed, nil) },
		"a forgery":    func() { _, _ = ours.Open(out, nonce, text, nil) },
		"SealBatch":    func() { _ = ours.SealBatch(arena, items) },
		"XORKeyStream": func() { stream.XORKeyStream(text, text) },
		"CryptBlocks":  func() { chain.CryptBlocks(text, text) },
	} {
		if n := testing.AllocsPerRun(200, f); n != 0 {
			t.Errorf("%s: %v allocations", what, n)
		}
	}
}
