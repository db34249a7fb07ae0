// SPDX-License-Identifier: Apache-2.0
//! Prints the layout of relais.rs, for the test that compares it with the header's.
#[path = "relais.rs"]
mod relais;

fn main() {
    for line in relais::layout() {
        println!("{}", line);
    }
    println!("RELAIS_ABI {}.{}", relais::RELAIS_ABI_MAJOR, relais::RELAIS_ABI_MINOR);
}
