// SPDX-License-Identifier: Apache-2.0
//! <relais/relais.h> in Rust, written by hand. `layout.rs` prints what the compiler made of it, and the tests compare
//! that with what a C compiler makes of the header: every struct, every field, its offset and its size.
#![allow(non_camel_case_types, dead_code)]

use std::ffi::c_void;
use std::os::raw::c_char;

pub const RELAIS_ABI_MAJOR: u32 = 1;
pub const RELAIS_ABI_MINOR: u32 = 2;

pub const RELAIS_NO_TIME: i64 = i64::MIN;

pub const RELAIS_OK: i32 = 0;
pub const RELAIS_ERROR: i32 = 1;
pub const RELAIS_CANCELLED: i32 = 2;

pub const RELAIS_CATEGORY_A_VOIR: u32 = 3;
pub const RELAIS_D3: u32 = 3;
pub const RELAIS_KIND_COMPLETE: u32 = 1;
pub const RELAIS_OBSERVATION_FINAL: u32 = 0;
pub const RELAIS_OBSERVATION_CORRECTED: u32 = 2;
pub const RELAIS_LOG_INFO: u32 = 1;

/// One call of evaluate: opaque.
#[repr(C)]
pub struct relais_call {
    opaque: [u8; 0],
}

pub type relais_status = i32;
pub type relais_rule_sink = Option<unsafe extern "C" fn(*mut c_void, *const relais_rule)>;

/// Defines the structs, and `layout()`, which tells where each of their fields came to lie.
macro_rules! boundary {
    ($(struct $name:ident { $($field:ident: $kind:ty),* $(,)? })*) => {
        $(#[repr(C)] #[derive(Clone, Copy)] pub struct $name { $(pub $field: $kind),* })*

        /// "struct.field offset size" for each field, and "struct size" for each struct.
        pub fn layout() -> Vec<String> {
            let mut lines = Vec::new();
            $(
                let place = std::mem::MaybeUninit::<$name>::uninit();
                lines.push(format!("{} {}", stringify!($name), std::mem::size_of::<$name>()));
                $(
                    let field = unsafe { std::ptr::addr_of!((*place.as_ptr()).$field) };
                    lines.push(format!("{}.{} {} {}", stringify!($name), stringify!($field).trim_start_matches("r#").trim_end_matches('_'),
                        field as usize - place.as_ptr() as usize, size_behind(field)));
                )*
            )*
            lines
        }
    };
}

pub fn size_behind<T>(_: *const T) -> usize {
    std::mem::size_of::<T>()
}

boundary! {
struct relais_str { data: *const c_char, length: usize }
struct relais_rows { data: *const c_void, count: usize, stride: usize }
struct relais_subject {
    size: usize, item_id: relais_str, patient_id: relais_str, doctor_id: relais_str, task_id: relais_str,
}
struct relais_kind_state { size: usize, kind: relais_str, completeness: u32 }
struct relais_patient { size: usize, id: relais_str, birth_date: i32, sex: u32, treating_doctor_id: relais_str }
struct relais_anomaly { size: usize, code: relais_str, place: relais_str }
struct relais_lab_report {
    size: usize, id: relais_str, current: u32, status: u32, identity: u32, uncoded_content: u32,
    announcement_reserved: u32, replaced_category: u32, replaced_seen: u32, collected: i64, issued: i64, received: i64,
    replaces_id: relais_str, comment: relais_str, source_format: relais_str, anomalies: relais_rows,
}
struct relais_observation {
    size: usize, id: relais_str, report: u32, history: u32, value_type: u32, comparator: u32, status: u32,
    has_value: u32, has_low: u32, has_high: u32, seen_by_doctor: u32, fasting: u32, value: f64, low: f64, high: f64,
    collected: i64, code: relais_str, code_system: relais_str, label: relais_str, unit: relais_str, flag: relais_str,
    value_text: relais_str, value_code: relais_str, comment: relais_str, specimen: relais_str,
}
struct relais_context_word { size: usize, word: relais_str, code: relais_str, from: i32, until: i32, number: f64 }
struct relais_target {
    size: usize, analyte: relais_str, has_low: u32, has_high: u32, low: f64, high: f64, set_by: relais_str,
    set_on: i32, until: i32,
}
struct relais_known_anomaly {
    size: usize, analyte: relais_str, direction: u32, set_by: relais_str, set_on: i32, until: i32,
}
struct relais_condition { size: usize, id: relais_str, code: relais_str, label: relais_str, from: i32, until: i32 }
struct relais_medication { size: usize, id: relais_str, code: relais_str, label: relais_str, from: i32, until: i32 }
struct relais_immunization {
    size: usize, id: relais_str, product_code: relais_str, product_system: relais_str, label: relais_str,
    lot: relais_str, given_on: i32, status: u32, proof: u32,
}
struct relais_long_term_condition {
    size: usize, id: relais_str, number: relais_str, label: relais_str, from: i32, until: i32,
    until_source: relais_str, kind: u32, period: u32, renewal_step: u32, renewal_step_on: i32, previous_until: i32,
    protocol_on: i32, to_confirm: u32, reserved: u32, code: relais_str,
}
struct relais_document {
    size: usize, handle: relais_str, type_code: relais_str, title: relais_str, media_type: relais_str,
    sha256: relais_str, version: u64, bytes: u64, created: i64,
}
struct relais_appointment {
    size: usize, id: relais_str, doctor_id: relais_str, reason: relais_str, start: i64, end: i64, local_start: i64,
}
struct relais_message { size: usize, id: relais_str, channel: relais_str, text: relais_str, received: i64 }
struct relais_request_state { size: usize, key: relais_str, state: relais_str, changed: i64 }
struct relais_setting { size: usize, key: relais_str, text: relais_str, number: f64 }
struct relais_slice {
    size: usize, subject: *const relais_subject, as_of: i64, time_zone: relais_str, today: i32, reserved: u32,
    patient: *const relais_patient, kinds: relais_rows, settings: relais_rows, reports: relais_rows,
    observations: relais_rows, context_words: relais_rows, targets: relais_rows, known_anomalies: relais_rows,
    conditions: relais_rows, medications: relais_rows, immunizations: relais_rows,
    long_term_conditions: relais_rows, documents: relais_rows, appointments: relais_rows, messages: relais_rows,
    request_states: relais_rows,
}
struct relais_reason {
    size: usize, rule: relais_str, text: relais_str, source: relais_str, category: u32, data_level: u32,
    evidence: relais_rows,
}
struct relais_finding {
    size: usize, kind: relais_str, title: relais_str, category: u32, data_level: u32, open: u32, restricted: u32,
    rank: f64, reasons: relais_rows,
}
struct relais_effect {
    size: usize, r#type: relais_str, key: relais_str, destination: relais_str, document_handle: relais_str,
    document_version: u64, document_sha256: relais_str, body: relais_str,
}
struct relais_outcome {
    size: usize, subject: *const relais_subject, kind: relais_str, verdict: u32, category: u32, reason: relais_str,
}
struct relais_rule {
    size: usize, id: relais_str, title: relais_str, source: relais_str, category: u32, to_confirm: u32,
    threshold: relais_str, confirm: relais_str,
}
struct relais_host {
    size: usize, abi_major: u32, abi_minor: u32,
    finding: Option<unsafe extern "C" fn(*mut relais_call, usize, *const relais_finding) -> relais_status>,
    effect: Option<unsafe extern "C" fn(*mut relais_call, usize, *const relais_effect) -> relais_status>,
    not_evaluated: Option<unsafe extern "C" fn(*mut relais_call, usize, relais_str) -> relais_status>,
    log: Option<unsafe extern "C" fn(*mut relais_call, u32, relais_str, i64)>,
    cancelled: Option<unsafe extern "C" fn(*mut relais_call) -> i32>,
    document_read: Option<unsafe extern "C" fn(*mut relais_call, relais_str, u64, *mut c_void, usize) -> i64>,
    extension: Option<unsafe extern "C" fn(*const c_char) -> *const c_void>,
}
struct relais_plugin {
    size: usize, self_: *mut c_void,
    evaluate: Option<unsafe extern "C" fn(*mut relais_plugin, *mut relais_call, relais_rows) -> relais_status>,
    describe_rules: Option<unsafe extern "C" fn(*mut relais_plugin, *mut c_void, relais_rule_sink) -> relais_status>,
    feedback: Option<unsafe extern "C" fn(*mut relais_plugin, *const relais_outcome) -> relais_status>,
    extension: Option<unsafe extern "C" fn(*mut relais_plugin, *const c_char) -> *const c_void>,
    destroy: Option<unsafe extern "C" fn(*mut relais_plugin)>,
}
struct relais_entry {
    size: usize, abi_major: u32, abi_minor: u32, abi_minor_min: u32, reserved: u32, id: relais_str,
    version: relais_str,
    create: Option<unsafe extern "C" fn(*const relais_host, relais_str, *mut *mut relais_plugin) -> relais_status>,
}
}

/// `text` must outlive what reads it.
pub const fn borrow(text: &str) -> relais_str {
    relais_str { data: text.as_ptr() as *const c_char, length: text.len() }
}

/// Empty when the host gave none, or something that is not UTF-8.
///
/// # Safety
/// `text` was received from the host and the call that gave it has not returned.
pub unsafe fn text<'a>(text: relais_str) -> &'a str {
    if text.data.is_null() {
        return "";
    }
    std::str::from_utf8(std::slice::from_raw_parts(text.data as *const u8, text.length)).unwrap_or("")
}

/// The rows, stepped by the stride that the host gives: its structs may be longer or shorter than those above.
pub fn rows<T>(rows: relais_rows) -> impl Iterator<Item = *const T> {
    let first = rows.data as *const u8;
    (0..rows.count).map(move |index| first.wrapping_add(index * rows.stride) as *const T)
}

/// A field, or nothing when the struct's own `size` says that its writer did not fill it. Needs an unsafe block: the
/// row comes from the host, and the call that gave it has not returned.
#[macro_export]
macro_rules! field {
    ($row:expr, $name:ident) => {{
        let row = $row;
        let place = std::ptr::addr_of!((*row).$name);
        let end = place as usize + relais::size_behind(place) - row as usize;
        if std::ptr::addr_of!((*row).size).read() >= end {
            Some(place.read())
        } else {
            None
        }
    }};
}
