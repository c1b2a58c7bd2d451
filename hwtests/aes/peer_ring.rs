// SPDX-License-Identifier: Apache-2.0
// peer_ring.rs - ring's AES-GCM behind four C functions, as a library that peer_ring.c loads.
// ring works in place and takes one key for all messages; ci/peers builds this.

use ring::aead::{Aad, LessSafeKey, Nonce, UnboundKey, AES_128_GCM, AES_256_GCM, NONCE_LEN};
use std::slice::{from_raw_parts, from_raw_parts_mut};

const TAG_LEN: usize = 16;

unsafe fn nonce_at(nonce: *const u8) -> Nonce {
    let mut bytes = [0u8; NONCE_LEN];
    bytes.copy_from_slice(from_raw_parts(nonce, NONCE_LEN));
    Nonce::assume_unique_for_key(bytes)
}

/// Returns a key that gng_ring_free takes, or null for a length that is neither 16 nor 32.
#[no_mangle]
pub unsafe extern "C" fn gng_ring_new(key: *const u8, len: usize) -> *mut LessSafeKey {
    let algorithm = match len {
        16 => &AES_128_GCM,
        32 => &AES_256_GCM,
        _ => return std::ptr::null_mut(),
    };
    match UnboundKey::new(algorithm, from_raw_parts(key, len)) {
        Ok(unbound) => Box::into_raw(Box::new(LessSafeKey::new(unbound))),
        Err(_) => std::ptr::null_mut(),
    }
}

#[no_mangle]
pub unsafe extern "C" fn gng_ring_free(key: *mut LessSafeKey) {
    if !key.is_null() {
        drop(Box::from_raw(key));
    }
}

/// Encrypts text[0..len) in place and writes the tag behind it. Returns 1, or 0 if it failed.
#[no_mangle]
pub unsafe extern "C" fn gng_ring_seal(
    key: *const LessSafeKey,
    nonce: *const u8,
    aad: *const u8,
    aad_len: usize,
    text: *mut u8,
    len: usize,
) -> i32 {
    let aad = Aad::from(from_raw_parts(aad, aad_len));
    let in_out = from_raw_parts_mut(text, len);
    match (*key).seal_in_place_separate_tag(nonce_at(nonce), aad, in_out) {
        Ok(tag) => {
            from_raw_parts_mut(text.add(len), TAG_LEN).copy_from_slice(tag.as_ref());
            1
        }
        Err(_) => 0,
    }
}

/// Decrypts text[0..len) in place, whose tag stands behind it. Returns 1, or 0 if it differs.
#[no_mangle]
pub unsafe extern "C" fn gng_ring_open(
    key: *const LessSafeKey,
    nonce: *const u8,
    aad: *const u8,
    aad_len: usize,
    text: *mut u8,
    len: usize,
) -> i32 {
    let aad = Aad::from(from_raw_parts(aad, aad_len));
    let in_out = from_raw_parts_mut(text, len + TAG_LEN);
    (*key).open_in_place(nonce_at(nonce), aad, in_out).is_ok() as i32
}
