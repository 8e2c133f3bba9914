//! The whole benchmark in its smallest sizes, so that it does not rot.

use std::process::Command;

#[test]
fn every_benchmark_runs_and_writes_its_table() {
    let dir = tempfile::tempdir().expect("a temporary folder can be made");
    let file = dir.path().join("benchmarks.md");
    std::fs::write(
        &file,
        "# Kept\n\n<!-- bench append begin -->\nold\n<!-- bench append end -->\n\nkept too\n",
    )
    .expect("the file can be written");
    let output = Command::new(env!("CARGO_BIN_EXE_bench"))
        .args([
            "all",
            "--quick",
            "--no-postgres",
            "--runs",
            "1",
            "--seconds",
            "0.2",
            "--rows",
            "500",
            "--cases",
            "400",
        ])
        // No real rows: the generated ones must do, and loudly.
        .arg("--data")
        .arg(dir.path())
        .arg("--write")
        .arg(&file)
        .output()
        .expect("the program can be started");
    let (told, tables) = (
        String::from_utf8_lossy(&output.stderr),
        String::from_utf8_lossy(&output.stdout),
    );
    assert!(output.status.success(), "{told}");
    assert!(told.contains("GENERATED ROWS ARE USED"), "{told}");
    let text = std::fs::read_to_string(&file).expect("the file is there");
    assert!(
        text.starts_with("# Kept") && text.contains("kept too") && !text.contains("\nold\n"),
        "{text}"
    );
    for wanted in [
        "appends on a loaded state",
        "ratio ≥ 0.40",
        "ratio ≤ 6",
        "peak memory on 500 rows",
        "search 利息, in 30 % of cases",
        "clock sweep over",
    ] {
        assert!(tables.contains(wanted), "{wanted} is missing in\n{tables}");
        assert!(text.contains(wanted), "{wanted} is missing in\n{text}");
    }
}
