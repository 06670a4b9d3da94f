//! `peers.py` as a server.
//!
//! Comes in: rows of one of our rounds. Goes out: the same with what other libraries took right after.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::measure::Row;
use crate::merge::Results;
use crate::timing::Effort;

/// `peers.py` running, if there is a Python to run it.
pub struct Server {
    process: Option<Process>,
    /// For each of its peers the package and its version.
    pub versions: BTreeMap<String, String>,
}

struct Process {
    child: Child,
    /// Until it has to end.
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Server {
    /// Starts it on `core`, with the models of networks in `networks`. Without `python` nothing is started, and nothing measured.
    ///
    /// # Errors
    ///
    /// If it does not start.
    pub fn start(python: &Path, networks: &Path, core: Option<usize>, effort: Effort) -> Result<Self> {
        if !python.exists() {
            eprintln!("there is no {}: libraries in other languages are left out", python.display());
            return Ok(Self { process: None, versions: BTreeMap::new() });
        }
        let mut command = Command::new(python);
        command
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers.py"))
            .arg("--serve")
            .arg("--networks")
            .arg(networks);
        command.args(["--repetitions", &effort.repetitions.to_string()]);
        command.args(["--sample", &(effort.sample.as_secs_f64() * 1e3).to_string()]);
        if let Some(core) = core {
            command.args(["--core", &core.to_string()]);
        }
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.with_context(|| format!("cannot run {}", python.display()))?;
        let (questions, answers) = (child.stdin.take(), child.stdout.take().context("no output")?);
        let mut process = Process { child, questions, answers: BufReader::new(answers) };
        let versions = serde_json::from_str(&process.answer()?).context("peers.py names no versions")?;
        Ok(Self { process: Some(process), versions })
    }

    /// Has its peers measured on what the rows are of, and adds them.
    ///
    /// # Errors
    ///
    /// If it ends, or says something unexpected.
    pub fn measure(&mut self, rows: &mut [Row]) -> Result<()> {
        let Some(process) = &mut self.process else { return Ok(()) };
        for row in rows {
            writeln!(process.questions.as_mut().context("it has ended")?, "{}", row.name)?;
            Results::parse(&process.answer()?)?.merge(std::slice::from_mut(row))?;
        }
        Ok(())
    }
}

impl Process {
    /// The next line.
    fn answer(&mut self) -> Result<String> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        ensure!(!line.is_empty(), "peers.py has ended");
        Ok(line)
    }
}

impl Drop for Process {
    /// Ends its input, and so itself and its own processes.
    fn drop(&mut self) {
        drop(self.questions.take());
        let _ = self.child.wait(); // it may have ended before
    }
}
