// Reads a SIE file from memory with the crate sie-parser, some times over, and prints what each time took.
use std::time::Instant;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().expect("a file");
    let rounds: u32 = arguments.next().and_then(|text| text.parse().ok()).expect("how many times");
    let bytes = std::fs::read(path).expect("the file can be read");
    for _ in 0..rounds {
        let start = Instant::now();
        let text = sie_parser::decode_cp437(&bytes);
        let document = sie_parser::document::read(&text).expect("the file is understood");
        let took = start.elapsed();
        println!("{} {}", took.as_secs_f64() * 1000.0, document.vouchers.len());
    }
}
