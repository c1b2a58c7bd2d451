// SPDX-License-Identifier: Apache-2.0

package gonogo_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/pem"
	"fmt"
	"io"
	"runtime"

	"gonogo"
)

// certificate is a self-signed one for the name "gonogo", made for these examples.
var certificate = []byte(`-----BEGIN CERTIFICATE-----
MIIBNjCB6aADAgECAhQgV3wpFrKhfAvZ4C2azZWqJj6cDjAFBgMrZXAwETEPMA0G
A1UEAwwGZ29ub2dvMB4XDTI2MTEyNzAzMDk1OVoXDTM2MTEyNDAzMDk1OVowETEP
MA0GA1UEAwwGZ29ub2dvMCowBQYDK2VwAyEADpeZsofakF5ZgWZOPSahcnQfvTh2
HwP90z6ubYxf/VCjUzBRMB0GA1UdDgQWBBS9d2mu+U6S6Wxrf35cx3H2Tm7s5TAf
BgNVHSMEGDAWgBS9d2mu+U6S6Wxrf35cx3H2Tm7s5TAPBgNVHRMBAf8EBTADAQH/
MAUGAytlcANBAL/VBu/EJUAKSsAri44M/spdsB9stSHMsLJHzhl4+4RUV1D4aKYH
3ZRscHBE7oSgkYqpTpgbzj0WpVRjY33fYwU=
-----END CERTIFICATE-----
`)

// An AEAD is a cipher.AEAD: what takes one of crypto/cipher takes this one.
func ExampleAEAD() {
	key, nonce := make([]byte, 32), make([]byte, 12) // a fresh nonce for each message
	if _, err := rand.Read(key); err != nil {
		panic(err)
	}
	aead, err := gonogo.NewAEAD(key)
	if err != nil {
		panic(err)
	}
	defer aead.Close()

	sealed := aead.Seal(nil, nonce, []byte("go or no go"), []byte("to whom"))
	text, err := aead.Open(nil, nonce, sealed, []byte("to whom"))
	fmt.Println(string(text), err)
	_, err = aead.Open(nil, nonce, sealed, []byte("to somebody else"))
	fmt.Println(err)
	// Output:
	// go or no go <nil>
	// gonogo: message authentication failed
}

// Three messages in one crossing. They lie in one arena, each with its nonce in front and room for
// its tag behind.
func ExampleAEAD_SealBatch() {
	aead, err := gonogo.NewAEAD(make([]byte, 16))
	if err != nil {
		panic(err)
	}
	defer aead.Close()

	var arena []byte
	var items []gonogo.Item
	for i, text := range []string{"one", "three", "fifteen letters"} {
		nonce := append(make([]byte, 11), byte(i))
		at := uint64(len(arena))
		arena = append(append(append(arena, nonce...), text...), make([]byte, aead.Overhead())...)
		items = append(items, gonogo.Item{Nonce: at, In: at + 12, Len: uint64(len(text)), Out: at + 12})
	}
	if err := aead.SealBatch(arena, items); err != nil {
		panic(err)
	}
	for i := range items {
		items[i].Len += uint64(aead.Overhead())
	}
	arena[items[1].In] ^= 1 // somebody forges the second
	fmt.Println(aead.OpenBatch(arena, items))
	for _, item := range items {
		fmt.Printf("%q %v\n", arena[item.Out:item.Out+item.Len-16], item.Status)
	}
	// Output:
	// gonogo: message authentication failed
	// "one" gonogo: success
	// "\x00\x00\x00\x00\x00" gonogo: message authentication failed
	// "fifteen letters" gonogo: success
}

// A stream goes on where it ended.
func ExampleStream() {
	key, iv := make([]byte, 16), make([]byte, 16)
	sender, _ := gonogo.NewCTR(key, iv)
	receiver, _ := gonogo.NewCTR(key, iv)
	defer sender.Close()
	defer receiver.Close()

	for _, part := range []string{"in ", "two parts"} {
		b := []byte(part)
		sender.XORKeyStream(b, b)
		receiver.XORKeyStream(b, b)
		fmt.Printf("%s", b)
	}
	fmt.Println()
	// Output: in two parts
}

// Use lends the bytes of C for the time of a function: nothing is copied, and nothing can be
// forgotten. This is the article's "zero copy" without its trap.
func ExampleDER_Use() {
	der, err := gonogo.ParsePEM(gonogo.Certificate, certificate)
	if err != nil {
		panic(err)
	}
	defer der.Close()

	want, _ := der.Fingerprint()
	err = der.Use(func(bytes []byte) error {
		fmt.Println(sha256.Sum256(bytes) == want)
		return nil
	})
	fmt.Println(err)
	// Output:
	// true
	// <nil>
}

// View is for those who must hold the slice themselves: the object has to outlive it.
func ExampleDER_View() {
	der, err := gonogo.ParsePEM(gonogo.Certificate, certificate)
	if err != nil {
		panic(err)
	}
	view, err := der.View()
	if err != nil {
		panic(err)
	}
	block, _ := pem.Decode(certificate)
	fmt.Println(bytes.Equal(view, block.Bytes))
	runtime.KeepAlive(der) // view ends here; without this line der may be gone before
	// Output: true
}

// A Reader keeps the object, so the object may be closed at once.
func ExampleDER_Reader() {
	der, err := gonogo.ParsePEM(gonogo.Certificate, certificate)
	if err != nil {
		panic(err)
	}
	reader, err := der.Reader()
	if err != nil {
		panic(err)
	}
	der.Close()
	defer reader.Close()

	block, _ := pem.Decode(certificate)
	read, err := io.ReadAll(reader)
	fmt.Println(bytes.Equal(read, block.Bytes), err)
	// Output: true <nil>
}

// A visitor ends the walk with an error of its own.
func ExampleEachCertificate() {
	bundle := bytes.Repeat(certificate, 3)
	num := 0
	err := gonogo.EachCertificate(bundle, func(der []byte) error {
		if num++; num == 2 {
			return io.EOF
		}
		return nil
	})
	fmt.Println(num, err)
	// Output: 2 EOF
}
