//! The same product without a window.

use std::process::ExitCode;

use qalam_desk::imports::worker;

fn main() -> ExitCode {
    if worker::run_if_requested() {
        return ExitCode::SUCCESS;
    }
    worker::use_this_program();
    qalam_app::cli::main()
}
