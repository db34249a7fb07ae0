// SPDX-License-Identifier: Apache-2.0
//! hba1c-suivi: a Relais plugin in Rust, without a crate. This file is the boundary; the rule is in rule.rs.
mod relais;
mod rule;

use relais::*;
use std::ffi::c_void;
use std::panic::{catch_unwind, AssertUnwindSafe};

struct Instance {
    raw: relais_plugin,
    host: *const relais_host,
}

const DEFAULT_MONTHS: i32 = 6; // as in the manifest: a host that gives no setting means its default
const MILLISECONDS_A_DAY: i64 = 86_400_000;

/// What the slice tells of one patient. `incomplete` answers whether the clinical context is not all there.
unsafe fn facts<'a>(slice: *const relais_slice, incomplete: &mut bool) -> rule::Facts<'a> {
    let complete = |kind: &str| {
        field!(slice, kinds).map_or(false, |states| {
            rows::<relais_kind_state>(states).any(|state| {
                field!(state, kind).map_or("", |name| text(name)) == kind
                    && field!(state, completeness) == Some(RELAIS_KIND_COMPLETE)
            })
        })
    };
    let mut known = rule::Facts {
        diabetes: false,
        last: None,
        complete: complete("observation"),
        today: field!(slice, today).unwrap_or(0),
        most_months: DEFAULT_MONTHS,
    };
    *incomplete = !complete("context_word");
    for word in field!(slice, context_words).into_iter().flat_map(rows::<relais_context_word>) {
        known.diabetes |= field!(word, word).map_or("", |name| text(name)) == "diabete";
    }
    for setting in field!(slice, settings).into_iter().flat_map(rows::<relais_setting>) {
        if field!(setting, key).map_or("", |name| text(name)) == "delai.mois" {
            known.most_months = field!(setting, number).map_or(DEFAULT_MONTHS, |number| number as i32);
        }
    }
    for result in field!(slice, observations).into_iter().flat_map(rows::<relais_observation>) {
        let status = field!(result, status);
        let rendered = status == Some(RELAIS_OBSERVATION_FINAL) || status == Some(RELAIS_OBSERVATION_CORRECTED);
        let collected = field!(result, collected).unwrap_or(RELAIS_NO_TIME);
        if !rendered || field!(result, has_value) != Some(1) || collected == RELAIS_NO_TIME {
            continue;
        }
        let day = collected.div_euclid(MILLISECONDS_A_DAY) as i32;
        if known.last.map_or(true, |(latest, _)| day > latest) {
            known.last = Some((day, field!(result, id).map_or("", |id| text(id))));
        }
    }
    known
}

/// One subject: RELAIS_OK when the host took the answer.
unsafe fn answer(host: *const relais_host, call: *mut relais_call, index: usize, slice: *const relais_slice) -> relais_status {
    let mut incomplete = false;
    let known = facts(slice, &mut incomplete);
    if incomplete {
        if let Some(Some(log)) = field!(host, log) {
            log(call, RELAIS_LOG_INFO, borrow("hba1c-suivi.context-incomplete"), 1);
        }
    }
    let told = rule::judge(&known);
    if told.is_empty() {
        return RELAIS_OK;
    }
    let evidence: Vec<relais_str> = told.iter().map(|reason| borrow(reason.evidence.unwrap_or(""))).collect();
    let reasons: Vec<relais_reason> = told
        .iter()
        .zip(&evidence)
        .map(|(reason, row)| relais_reason {
            size: std::mem::size_of::<relais_reason>(),
            rule: borrow(reason.rule),
            text: borrow(&reason.text),
            source: borrow("choix de Relais, à confirmer par un médecin"),
            category: RELAIS_CATEGORY_A_VOIR,
            data_level: RELAIS_D3,
            evidence: relais_rows {
                data: row as *const relais_str as *const c_void,
                count: usize::from(row.length > 0),
                stride: std::mem::size_of::<relais_str>(),
            },
        })
        .collect();
    let finding = relais_finding {
        size: std::mem::size_of::<relais_finding>(),
        kind: borrow("hba1c-suivi"),
        title: borrow("HbA1c à refaire"),
        category: RELAIS_CATEGORY_A_VOIR,
        data_level: RELAIS_D3,
        open: 0,
        restricted: 0,
        rank: 0.0,
        reasons: relais_rows {
            data: reasons.as_ptr() as *const c_void,
            count: reasons.len(),
            stride: std::mem::size_of::<relais_reason>(),
        },
    };
    match field!(host, finding) {
        Some(Some(give)) => give(call, index, &finding),
        _ => RELAIS_ERROR,
    }
}

// [snippet:rust-evaluate]
/// The guard: no panic passes it, and one subject does not take the others with it.
unsafe extern "C" fn evaluate(plugin: *mut relais_plugin, call: *mut relais_call, slices: relais_rows) -> relais_status {
    let host = (*((*plugin).self_ as *const Instance)).host;
    for (index, slice) in rows::<relais_slice>(slices).enumerate() {
        if let Some(Some(cancelled)) = field!(host, cancelled) {
            if cancelled(call) != 0 {
                return RELAIS_CANCELLED;
            }
        }
        let status = catch_unwind(AssertUnwindSafe(|| answer(host, call, index, slice)));
        let told = match (status, field!(host, not_evaluated)) {
            (Ok(status), _) => status,
            (Err(_), Some(Some(not_evaluated))) => not_evaluated(call, index, borrow("hba1c-suivi.panic")),
            _ => RELAIS_ERROR,
        };
        if told != RELAIS_OK {
            return RELAIS_ERROR;
        }
    }
    RELAIS_OK
}
// [/snippet:rust-evaluate]

unsafe extern "C" fn describe_rules(_: *mut relais_plugin, context: *mut c_void, sink: relais_rule_sink) -> relais_status {
    let sink = match sink {
        Some(sink) => sink,
        None => return RELAIS_ERROR,
    };
    for (id, title, threshold) in [
        ("HBA1C-RETARD", "La dernière HbA1c est plus ancienne que le délai du médecin", "delai.mois mois ou plus"),
        ("HBA1C-ABSENTE", "Aucune HbA1c rendue chez un patient diabétique", "deux ans"),
        ("HBA1C-INCOMPLET", "Un résultat plus récent peut manquer", ""),
    ] {
        let rule = relais_rule {
            size: std::mem::size_of::<relais_rule>(),
            id: borrow(id),
            title: borrow(title),
            source: borrow("choix de Relais"),
            category: RELAIS_CATEGORY_A_VOIR,
            to_confirm: 1,
            threshold: borrow(threshold),
            confirm: borrow("le délai"),
        };
        sink(context, &rule);
    }
    RELAIS_OK
}

unsafe extern "C" fn destroy(plugin: *mut relais_plugin) {
    drop(Box::from_raw((*plugin).self_ as *mut Instance));
}

unsafe extern "C" fn create(host: *const relais_host, _data: relais_str, plugin: *mut *mut relais_plugin) -> relais_status {
    // A panic's words could name what was read: nothing is printed.
    std::panic::set_hook(Box::new(|_| {}));
    let instance = Box::into_raw(Box::new(Instance {
        raw: relais_plugin {
            size: std::mem::size_of::<relais_plugin>(),
            self_: std::ptr::null_mut(),
            evaluate: Some(evaluate),
            describe_rules: Some(describe_rules),
            feedback: None,
            extension: None,
            destroy: Some(destroy),
        },
        host,
    }));
    (*instance).raw.self_ = instance as *mut c_void;
    *plugin = std::ptr::addr_of_mut!((*instance).raw);
    RELAIS_OK
}

struct Entry(relais_entry);
unsafe impl Sync for Entry {}

static ENTRY: Entry = Entry(relais_entry {
    size: std::mem::size_of::<relais_entry>(),
    abi_major: RELAIS_ABI_MAJOR,
    abi_minor: RELAIS_ABI_MINOR,
    abi_minor_min: 0,
    reserved: 0,
    id: borrow("hba1c-suivi"),
    version: borrow("1.0.0"),
    create: Some(create),
});

/// The one symbol that the library exports.
#[no_mangle]
pub extern "C" fn relais_plugin_entry() -> *const relais_entry {
    &ENTRY.0
}
