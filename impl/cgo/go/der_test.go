// SPDX-License-Identifier: Apache-2.0

package gonogo

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"runtime"
	"runtime/debug"
	"sync"
	"testing"
	"time"
)

var identity struct {
	sync.Once
	der, key, public []byte
}

// makeIdentity makes a certificate with Go's own crypto/x509, so that two implementations must agree.
func makeIdentity(t testing.TB) {
	identity.Do(func() {
		key := must[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
		template := &x509.Certificate{SerialNumber: big.NewInt(1),
			Subject:  pkix.Name{CommonName: "gonogo"},
			NotAfter: time.Now().Add(time.Hour)}
		identity.der = must[[]byte](t)(x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key))
		identity.key = must[[]byte](t)(x509.MarshalECPrivateKey(key))
		identity.public = must[[]byte](t)(x509.MarshalPKIXPublicKey(&key.PublicKey))
	})
}

func certificatePEM(t testing.TB) []byte {
	makeIdentity(t)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: identity.der})
}

func TestDERIsThatOfCryptoX509(t *testing.T) {
	certificatePEM(t)
	for _, one := range []struct {
		kind Kind
		name string
		der  []byte
	}{{Certificate, "CERTIFICATE", identity.der}, {PrivateKey, "EC PRIVATE KEY", identity.key},
		{PublicKey, "PUBLIC KEY", identity.public}} {
		text := pem.EncodeToMemory(&pem.Block{Type: one.name, Bytes: one.der})
		byPEM := must[*DER](t)(ParsePEM(one.kind, append([]byte("words before\n"), text...)))
		byDER := must[*DER](t)(ParseDER(one.kind, one.der))
		byCopy := must[*DER](t)(ParseCopied(one.kind, one.der))
		for _, d := range []*DER{byPEM, byDER, byCopy} {
			if got := must[[]byte](t)(d.Copy()); !bytes.Equal(got, one.der) {
				t.Errorf("%s: other bytes", one.name)
			}
			if sum := must[[32]byte](t)(d.Fingerprint()); sum != sha256.Sum256(one.der) {
				t.Errorf("%s: other fingerprint", one.name)
			}
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestAViewIsNoCopyAndAllocatesNothing(t *testing.T) {
	d := must[*DER](t)(ParsePEM(Certificate, certificatePEM(t)))
	first := must[[]byte](t)(d.View())
	second := must[[]byte](t)(d.View())
	if &first[0] != &second[0] {
		t.Error("two views lie apart: something was copied")
	}
	if cap(first) != len(first) {
		t.Error("append would write behind the view")
	}
	_ = d.Use(func(der []byte) error {
		if &der[0] != &first[0] {
			t.Error("Use copies")
		}
		return nil
	})
	var bytes int
	read := func(der []byte) error { bytes += len(der); return nil }
	for what, f := range map[string]func(){
		"View": func() { v, _ := d.View(); bytes += len(v) }, "Use": func() { _ = d.Use(read) }} {
		if n := testing.AllocsPerRun(200, f); n != 0 {
			t.Errorf("%s: %v allocations", what, n)
		}
	}
	runtime.KeepAlive(d) // first and second lived until here
}

func TestUseKeepsTheMemoryThoughClosed(t *testing.T) {
	d := must[*DER](t)(ParsePEM(Certificate, certificatePEM(t)))
	err := d.Use(func(der []byte) error {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		runtime.GC()
		if !bytes.Equal(der, identity.der) {
			t.Error("the view changed under its user")
		}
		return io.ErrUnexpectedEOF
	})
	wantErr(t, "what the function returned", err, io.ErrUnexpectedEOF)
	wantErr(t, "after it", d.Use(func([]byte) error { return nil }), ErrClosed)
}

func TestAReaderKeepsItsObject(t *testing.T) {
	text := certificatePEM(t)
	r := func() *Reader {
		d := must[*DER](t)(ParsePEM(Certificate, text))
		r := must[*Reader](t)(d.Reader())
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		return r
	}()
	runtime.GC()
	head := make([]byte, 5)
	if _, err := io.ReadFull(r, head); err != nil {
		t.Fatal(err)
	}
	rest := must[[]byte](t)(io.ReadAll(r))
	if !bytes.Equal(append(head, rest...), identity.der) {
		t.Error("other bytes")
	}
	if n, err := r.ReadAt(head, int64(len(identity.der))-2); n != 2 || err != io.EOF {
		t.Errorf("ReadAt at the end: %d, %v", n, err)
	}
	_, err := r.ReadAt(head, -1)
	wantErr(t, "a negative offset", err, ErrInvalid)
	if n, err := r.WriteTo(io.Discard); n != 0 || err != nil {
		t.Errorf("nothing is left: %d, %v", n, err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	_, err = r.Read(head)
	wantErr(t, "Read after Close", err, ErrClosed)
	wantErr(t, "second Close", r.Close(), ErrClosed)
}

func TestParseRefusesBadInput(t *testing.T) {
	text := certificatePEM(t)
	good := identity.der
	for what, err := range map[string]error{
		"nil":            second(ParseDER(Certificate, nil)),
		"empty PEM":      second(ParsePEM(Certificate, []byte{})),
		"a cut DER":      second(ParseDER(Certificate, good[:len(good)-1])),
		"a byte behind":  second(ParseDER(Certificate, append(append([]byte(nil), good...), 0))),
		"another kind":   second(ParseDER(PublicKey, good)),
		"no PEM":         second(ParsePEM(Certificate, good)),
		"a cut PEM":      second(ParsePEM(Certificate, text[:len(text)/2])),
		"NUL in the PEM": second(ParsePEM(Certificate, bytes.Replace(text, []byte("BEGIN"), []byte("BE\x00GIN"), 1))),
		"encrypted":      second(ParsePEM(PrivateKey, encryptedPEM)),
	} {
		wantErr(t, what, err, ErrFormat)
		var e *Error
		if !errors.As(err, &e) || e.Text == "" {
			t.Errorf("%s: says not why: %v", what, err)
		}
	}
	wantErr(t, "2 MiB of DER", second(ParseDER(Certificate, make([]byte, 2<<20))), ErrLimit)
	wantErr(t, "2 MiB, copied", second(ParseCopied(Certificate, make([]byte, 2<<20))), ErrLimit)
	wantErr(t, "5 MiB of PEM", second(ParsePEM(Certificate, make([]byte, 5<<20))), ErrLimit)
	wantErr(t, "no kind", second(ParseDER(-1, good)), ErrInvalid)
	wantErr(t, "no kind", second(ParsePEM(4, text)), ErrInvalid)
}

func second(_ *DER, err error) error { return err }

// A key that wants a password; nobody may be asked for it.
var encryptedPEM = []byte(`-----BEGIN RSA PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF

AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
-----END RSA PRIVATE KEY-----
`)

// Errors of goroutines that change threads: each must be about its own input.
func TestAnErrorIsThatOfItsOwnCall(t *testing.T) {
	text := certificatePEM(t)
	var group sync.WaitGroup
	for g := 0; g < 8; g++ {
		group.Add(1)
		go func(g int) {
			defer group.Done()
			for i := 0; i < 100; i++ {
				var err error
				want := "no start line"
				if g%2 == 0 {
					err = second(ParsePEM(Certificate, []byte("nothing")))
				} else {
					err, want = second(ParseDER(Certificate, text)), "asn1 encoding routines"
				}
				runtime.Gosched()
				if err == nil || !bytes.Contains([]byte(err.Error()), []byte(want)) {
					t.Errorf("%v, want %s", err, want)
					return
				}
			}
		}(g)
	}
	group.Wait()
}

func TestEachCertificateVisitsInOrder(t *testing.T) {
	text := certificatePEM(t)
	bundle := bytes.Repeat(append([]byte("# words\n"), text...), 5)
	var num int
	err := EachCertificate(bundle, func(der []byte) error {
		if num++; !bytes.Equal(der, identity.der) {
			return errors.New("other bytes")
		}
		return nil
	})
	if err != nil || num != 5 {
		t.Errorf("%d certificates, %v", num, err)
	}
	num = 0
	err = EachCertificate(bundle, func([]byte) error {
		if num++; num == 3 {
			return io.ErrClosedPipe
		}
		return nil
	})
	if wantErr(t, "what the visitor returned", err, io.ErrClosedPipe); num != 3 {
		t.Errorf("%d visits after a stop at 3", num)
	}
	wantErr(t, "an empty bundle", EachCertificate(nil, func([]byte) error { return nil }), ErrFormat)
	spoilt := bytes.Replace(bundle, []byte("MII"), []byte("!!!"), -1)
	wantErr(t, "a spoilt one", EachCertificate(spoilt, func([]byte) error { return nil }), ErrFormat)
}

func TestAPanicDoesNotPassThroughC(t *testing.T) {
	text := bytes.Repeat(certificatePEM(t), 3)
	for _, value := range []any{"a string", fmt.Errorf("an error"), 7} {
		func() {
			defer func() {
				// while it unwinds the frames of the visitor, and of C below them, would still be there
				if bytes.Contains(debug.Stack(), []byte("gonogoVisit")) {
					t.Error("the panic runs through C")
				}
				if got := recover(); got != value {
					t.Errorf("panic %v came out as %v", value, got)
				}
			}()
			_ = EachCertificate(text, func([]byte) error { panic(value) })
			t.Error("the panic was lost")
		}()
	}
	// A visitor that walks through a bundle itself.
	var inner int
	err := EachCertificate(text, func([]byte) error {
		return EachCertificate(text, func([]byte) error { inner++; return nil })
	})
	if err != nil || inner != 9 {
		t.Errorf("%d inner visits, %v", inner, err)
	}
}

func TestAStaleTokenStopsQuietly(t *testing.T) {
	if visitorOf(0) != nil || visitorOf(1<<40) != nil {
		t.Error("a token that was never given has a visitor")
	}
}
