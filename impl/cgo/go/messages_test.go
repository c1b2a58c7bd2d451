// SPDX-License-Identifier: Apache-2.0

package gonogo

import (
	"bytes"
	"runtime"
	"testing"
)

// scattered makes messages whose parts are objects of their own; every third is sealed in place.
func scattered(n int) []Message {
	messages := make([]Message, n)
	for i := range messages {
		size := i * 7 % 90
		room := make([]byte, size+16)
		copy(room, numbered(size, int64(i)))
		m := &messages[i]
		m.Nonce, m.AAD, m.In = numbered(12, int64(i)), numbered(i%20, int64(i+1)), room[:size]
		if i%3 == 0 {
			m.Out = room
		} else {
			m.Out = make([]byte, size+16)
		}
	}
	return messages
}

func TestMessagesAnywhereEqualSingleCalls(t *testing.T) {
	key := numbered(32, 1)
	ours, theirs := must[*AEAD](t)(NewAEAD(key)), native(t, key, 16)
	for _, n := range []int{0, 1, 2, 64, 131} {
		messages, want := scattered(n), make([][]byte, n)
		for i, m := range messages {
			want[i] = theirs.Seal(nil, m.Nonce, m.In, m.AAD)
		}
		if err := ours.SealMessages(messages); err != nil {
			t.Fatal(err)
		}
		runtime.GC()
		for i, m := range messages {
			if m.Status != OK || !bytes.Equal(m.Out, want[i]) {
				t.Fatalf("message %d of %d: %v, or other ciphertext", i, n, m.Status)
			}
		}
		openScattered(t, ours, messages)
	}
}

// openScattered forges the last message: the others must open all the same.
func openScattered(t *testing.T, ours *AEAD, messages []Message) {
	t.Helper()
	last := len(messages) - 1
	for i := range messages {
		m := &messages[i]
		m.In, m.Out = m.Out, make([]byte, len(m.Out)-16)
	}
	if last < 0 {
		return
	}
	messages[last].In[0] ^= 1
	wantErr(t, "messages with a forgery", ours.OpenMessages(messages), ErrAuth)
	for i, m := range messages {
		want, status := numbered(len(m.Out), int64(i)), OK
		if i == last {
			want, status = make([]byte, len(m.Out)), ErrAuth
		}
		if m.Status != status || !bytes.Equal(m.Out, want) {
			t.Fatalf("message %d: status %v", i, m.Status)
		}
	}
}

func TestMessagesOfWrongLengthsWriteNothing(t *testing.T) {
	ours := must[*AEAD](t)(NewAEAD(numbered(16, 1)))
	spoil := map[string]func(m *Message){
		"no nonce":         func(m *Message) { m.Nonce = nil },
		"a long nonce":     func(m *Message) { m.Nonce = make([]byte, 13) },
		"a short output":   func(m *Message) { m.Out = m.Out[:len(m.Out)-1] },
		"a long output":    func(m *Message) { m.Out = make([]byte, len(m.Out)+1) },
		"a missing output": func(m *Message) { m.Out = nil },
	}
	for name, change := range spoil {
		messages := scattered(5)
		change(&messages[3])
		wantErr(t, name, ours.SealMessages(messages), ErrInvalid)
		if !bytes.Equal(messages[1].Out, make([]byte, len(messages[1].Out))) {
			t.Errorf("%s: the second message was sealed", name)
		}
	}
	short := []Message{{Nonce: make([]byte, 12), In: make([]byte, 15)}}
	wantErr(t, "a message shorter than its tag", ours.OpenMessages(short), ErrInvalid)
	ours.Close()
	wantErr(t, "a closed handle", ours.SealMessages(scattered(3)), ErrClosed)
}
