// SPDX-License-Identifier: Apache-2.0

//go:build !go1.21

package gonogo

func (a *AEAD) one(m *Message, seals bool) error {
	var err error
	if seals {
		_, err = a.TrySeal(m.Out[:0], m.Nonce, m.In, m.AAD)
	} else {
		_, err = a.TryOpen(m.Out[:0], m.Nonce, m.In, m.AAD)
	}
	return err
}

// statusOf is OK for nil: this package's errors of these calls are statuses.
func statusOf(err error) Status {
	s, _ := err.(Status)
	return s
}

func (a *AEAD) cross(messages []Message, seals bool) error {
	var first error
	for i := range messages {
		err := a.one(&messages[i], seals)
		messages[i].Status = statusOf(err)
		if err != nil && messages[i].Status != ErrAuth {
			return err // wrong words or a closed handle: the same for all
		}
		if first == nil {
			first = err
		}
	}
	return first
}
