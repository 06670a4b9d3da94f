//! One core, one thread.
//!
//! Comes in: a core's number. Goes out: a process bound to it, and words about the machine.

use std::fmt::Write;

use anyhow::{Context, Result, bail};
use toeplitz::{level_name, levels};

/// Binds this thread, and all it will start, to `core`, or to the last core it may use. Returns words for the report.
///
/// # Errors
///
/// If `core` was asked for and cannot be had.
pub fn pin(core: Option<usize>) -> Result<String> {
    let cores = core_affinity::get_core_ids().unwrap_or_default();
    let wanted = match core {
        Some(id) => Some(*cores.iter().find(|core| core.id == id).with_context(|| format!("there is no core {id}"))?),
        None => cores.last().copied(),
    };
    match wanted {
        Some(core) if core_affinity::set_for_current(core) => Ok(format!("pinned to core {}", core.id)),
        _ if core.is_some() => bail!("this system does not let a program choose its core"),
        _ => Ok("not pinned to a core".to_owned()),
    }
}

/// The processor's name, where the system tells it.
pub fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or_else(|| format!("unknown {} processor", std::env::consts::ARCH), |(_, name)| name.trim().to_owned())
}

/// Cores, caches and SIMD levels in words.
pub fn abilities() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cores = info.lines().filter(|line| line.starts_with("processor")).count();
    let mut text = format!("{cores} logical cores");
    for index in 0.. {
        let of_cache = |what: &str| {
            let file = format!("/sys/devices/system/cpu/cpu0/cache/index{index}/{what}");
            std::fs::read_to_string(file).map(|text| text.trim().to_owned())
        };
        let (Ok(level), Ok(kind), Ok(size)) = (of_cache("level"), of_cache("type"), of_cache("size")) else { break };
        let kind = if kind == "Unified" { String::new() } else { format!(" {}", kind.to_lowercase()) };
        let _ = write!(text, ", L{level}{kind} {size}B"); // writing to a string cannot fail
    }
    let levels: Vec<&str> = levels().map(level_name).collect();
    format!("{text}; levels {}", levels.join(", "))
}

/// Variables that thread pools of the peers read before their first use.
#[cfg(feature = "peers")]
const THREADS: [&str; 2] = ["RAYON_NUM_THREADS", "RTEN_NUM_THREADS"];

/// Starts this program anew with every thread pool limited to one thread, unless that is how it was started. Returns
/// the exit code of the one that did the work.
///
/// # Errors
///
/// If the program cannot be started.
#[cfg(feature = "peers")]
pub fn run_single_threaded() -> Result<Option<std::process::ExitCode>> {
    if THREADS.iter().all(|name| std::env::var(name).is_ok_and(|threads| threads == "1")) {
        return Ok(None);
    }
    let status = std::process::Command::new(std::env::current_exe()?)
        .args(std::env::args_os().skip(1))
        .envs(THREADS.map(|name| (name, "1")))
        .status()
        .context("cannot start the benchmark with one thread")?;
    let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
    Ok(Some(code.into()))
}
