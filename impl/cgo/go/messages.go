// SPDX-License-Identifier: Apache-2.0

package gonogo

// Message is one message of SealMessages or OpenMessages; its parts lie wherever Go put them. Out
// may be In where it is in place, else it touches nothing that any message reads or writes.
type Message struct {
	Nonce  []byte // 12 bytes
	AAD    []byte
	In     []byte // opening: with the tag
	Out    []byte // sealing: len(In)+Overhead() bytes; opening: len(In)-Overhead()
	Status Status // written
}

// fits tells whether the lengths are those that C will take for granted.
func (m *Message) fits(change int) bool {
	return len(m.Nonce) == nonceSize && len(m.In)+change >= 0 && len(m.Out) == len(m.In)+change
}

// SealMessages seals all messages. From Go 1.21 on that is one crossing, as SealBatch, with no
// arena to copy into: the parts are pinned for the call. Older Go has no pins, and crosses once a
// message. ErrInvalid, with nothing written, if a length is wrong or, where all are done at once,
// an output touches what another message reads; else as SealBatch.
func (a *AEAD) SealMessages(messages []Message) error { return a.messages(messages, true) }

// OpenMessages verifies and decrypts all messages. Errors as SealMessages; the output of a message
// whose Status is ErrAuth is zero, and the others are good.
func (a *AEAD) OpenMessages(messages []Message) error { return a.messages(messages, false) }

func (a *AEAD) messages(messages []Message, seals bool) error {
	change := a.tagSize
	if !seals {
		change = -change
	}
	for i := range messages {
		if !messages[i].fits(change) {
			return ErrInvalid.err()
		}
	}
	if len(messages) == 0 {
		return nil
	}
	return a.cross(messages, seals)
}
