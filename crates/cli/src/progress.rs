//! Progress on the terminal: nothing for the first two seconds, then counted work; Ctrl-C asks the
//! solvers to stop and keep what they have.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use detente_base::watch::Watch;
use indicatif::{ProgressBar, ProgressStyle};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Watches work for a person at a terminal.
pub struct Terminal {
    started: Instant,
    deadline: Option<Instant>,
    bar: Mutex<Option<ProgressBar>>,
}

impl Terminal {
    /// Starts watching; `seconds` is the time limit after which work is asked to stop.
    pub fn start(seconds: Option<u64>) -> Self {
        // A second call finds the handler installed already, which is what is wanted.
        let _ = ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::Relaxed));
        let started = Instant::now();
        Self {
            started,
            deadline: seconds.map(|seconds| started + Duration::from_secs(seconds)),
            bar: Mutex::new(None),
        }
    }

    /// Whether somebody pressed Ctrl-C.
    pub fn interrupted(&self) -> bool {
        INTERRUPTED.load(Ordering::Relaxed)
    }
}

impl Watch for Terminal {
    fn advanced(&self, stage: &str, done: u64, total: Option<u64>) {
        if self.started.elapsed() < Duration::from_secs(2) {
            return;
        }
        let Ok(mut bar) = self.bar.lock() else { return };
        let bar = bar.get_or_insert_with(|| {
            let bar = ProgressBar::no_length();
            if let Ok(style) = ProgressStyle::with_template("{msg} {human_pos} {wide_bar} {elapsed}") {
                bar.set_style(style);
            }
            bar
        });
        bar.set_message(stage.to_owned());
        if let Some(total) = total {
            bar.set_length(total);
        }
        bar.set_position(done);
    }

    fn should_stop(&self) -> bool {
        self.interrupted() || self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if let Ok(bar) = self.bar.lock()
            && let Some(bar) = bar.as_ref()
        {
            bar.finish_and_clear();
        }
    }
}
