//! `strongroom runs --watch`: what runs, drawn anew each second.

use std::collections::HashMap;
use std::io::{self, IsTerminal as _, Read as _};
use std::time::{Duration, Instant};

use indicatif::BinaryBytes;
use jiff::tz::TimeZone;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval};

use super::{Filter, Run, State, list};
use crate::connect::Target;
use crate::failure::Failure;
use crate::interrupt::Interrupts;
use crate::output::complain;
use crate::print::{self, one_line};

/// How often the service is asked.
const EVERY: Duration = Duration::from_secs(1);
/// How many cells a bar has.
const BAR: usize = 20;
/// What leads out of the view, as bytes of the keyboard: q, Q, and Ctrl-D.
const LEAVE: [u8; 3] = [b'q', b'Q', 4];

/// Watches until somebody leaves.
pub(super) async fn watch(target: &Target, filter: &Filter) -> Result<(), Failure> {
    match io::stdout().is_terminal() {
        true => draw(target, filter).await,
        false => tell(target, filter).await,
    }
}

/// Draws the view.
async fn draw(target: &Target, filter: &Filter) -> Result<(), Failure> {
    let failed = |error| Failure::machine("draw on the terminal", error);
    let mut interrupts = Interrupts::listen()?;
    let mut resized = signal(SignalKind::window_change()).map_err(failed)?;
    // The first look before the screen is taken: what fails then is said as it always is.
    let mut runs = interrupts.unless(async { list(target, filter).await }).await?;
    let screen = Screen::take().map_err(failed)?;
    let mut keys = keys();
    let mut rates = Rates::default();
    let mut trouble = None;
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.tick().await;
    rates.note(&runs);
    loop {
        let size = tcgetwinsize(io::stdout())
            .map_or((80, 24), |size| (usize::from(size.ws_col.max(20)), usize::from(size.ws_row.max(4))));
        let page = page(&runs, &rates, trouble.as_deref(), size);
        if !screen.show(&page)? {
            return Ok(());
        }
        tokio::select! {
            () = interrupts.next() => return Ok(()),
            key = keys.recv() => match key {
                Some(key) if LEAVE.contains(&key) => return Ok(()),
                Some(_) => {}
                // Nobody types any more; Ctrl-C is left.
                None => keys = mpsc::unbounded_channel().1,
            },
            _ = resized.recv() => {}
            looked = async { ticks.tick().await; list(target, filter).await } => match looked {
                Ok(found) => {
                    runs = found;
                    rates.note(&runs);
                    trouble = None;
                }
                // A server that is started anew is back in a moment.
                Err(failure) => trouble = Some(failure.to_string()),
            },
        }
    }
}

/// Prints a line for each change.
async fn tell(target: &Target, filter: &Filter) -> Result<(), Failure> {
    let mut interrupts = Interrupts::listen()?;
    let mut seen: HashMap<String, State> = HashMap::new();
    let mut is_first = true;
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let look = async {
            ticks.tick().await;
            list(target, filter).await
        };
        let looked = tokio::select! {
            () = interrupts.next() => return Ok(()),
            looked = look => looked,
        };
        match looked {
            Ok(runs) => {
                for run in &runs {
                    if seen.insert(run.id.clone(), run.state) != Some(run.state)
                        && !print::raw(format!("{}\n", line(run)).as_bytes())?
                    {
                        return Ok(());
                    }
                }
            }
            Err(failure) if is_first => return Err(failure),
            Err(failure) => complain(format_args!("note: {failure}")),
        }
        is_first = false;
    }
}

fn line(run: &Run) -> String {
    let mut parts = vec![when(run), name(run), run.state.word().to_owned()];
    parts.extend(run.kind.clone());
    parts.extend(
        run.files
            .filter(|_| run.state.is_final())
            .map(|files| format!("{files} file{}", if files == 1 { "" } else { "s" })),
    );
    parts.extend(run.size.filter(|_| run.state.is_final()).map(|size| BinaryBytes(size).to_string()));
    parts.extend(run.took.clone().filter(|_| run.state.is_final()));
    parts.extend(run.message.as_deref().map(one_line));
    parts.join("  ")
}

/// How fast runs are, by what was seen of them.
#[derive(Default)]
struct Rates {
    last: HashMap<String, (Instant, u64)>,
    now: HashMap<String, f64>,
}

impl Rates {
    fn note(&mut self, runs: &[Run]) {
        let mut last = HashMap::new();
        let mut now = HashMap::new();
        for run in runs.iter().filter(|run| run.state == State::Running) {
            let Some(read) = run.read else { continue };
            let at = Instant::now();
            if let Some((before, had)) = self.last.get(&run.id) {
                let seconds = at.duration_since(*before).as_secs_f64();
                if seconds > 0.0 {
                    now.insert(run.id.clone(), read.saturating_sub(*had) as f64 / seconds);
                }
            }
            last.insert(run.id.clone(), (at, read));
        }
        (self.last, self.now) = (last, now);
    }
}

/// The lines of the view.
fn page(runs: &[Run], rates: &Rates, trouble: Option<&str>, (width, height): (usize, usize)) -> Vec<String> {
    let (going, ended): (Vec<&Run>, Vec<&Run>) = runs.iter().partition(|run| !run.state.is_final());
    let names =
        runs.iter().map(|run| name(run).chars().count()).max().unwrap_or(0).clamp(5, (width / 3).max(5));
    let mut lines = vec![match going.len() {
        0 => "Nothing runs.".to_owned(),
        1 => "1 run goes on:".to_owned(),
        count => format!("{count} runs go on:"),
    }];
    // The ones that began last matter most where there is no room for all.
    let room = height.saturating_sub(4).max(1).min(height.saturating_sub(2));
    let hidden = going.len().saturating_sub(room);
    lines.extend(going[hidden..].iter().map(|run| running(run, rates, names)));
    lines.push(String::new());
    let left = height.saturating_sub(lines.len() + 2);
    if left > 0 && !ended.is_empty() {
        lines.push("Ended last:".to_owned());
        lines.extend(ended.iter().rev().take(left - 1).map(|run| past(run, names)));
    }
    lines.resize(height.saturating_sub(1).max(lines.len().min(height.saturating_sub(1))), String::new());
    lines.truncate(height.saturating_sub(1));
    lines.push(match trouble {
        Some(trouble) => format!("no answer: {}", one_line(trouble)),
        None => "q leaves; the runs go on".to_owned(),
    });
    lines.into_iter().map(|line| line.chars().take(width).collect()).collect()
}

fn running(run: &Run, rates: &Rates, names: usize) -> String {
    let mut parts = vec![padded(&name(run), names)];
    match run.percent.filter(|_| run.state == State::Running) {
        Some(percent) => {
            let full = ((percent / 100.0 * BAR as f64) as usize).min(BAR);
            parts.push(format!("{}{} {percent:>3.0} %", "█".repeat(full), "░".repeat(BAR - full)));
        }
        None => parts.push(run.state.word().to_owned()),
    }
    if let Some((read, size)) = run.read.zip(run.size).filter(|(_, size)| *size > 0) {
        parts.push(format!("{}/{}", BinaryBytes(read), BinaryBytes(size.max(read))));
    }
    if let Some(rate) = rates.now.get(&run.id) {
        parts.push(format!("{}/s", BinaryBytes(*rate as u64)));
    }
    parts.extend(run.took.clone());
    parts.join("  ")
}

fn past(run: &Run, names: usize) -> String {
    let mut parts = vec![padded(&name(run), names), padded(run.state.word(), 9), when(run)];
    parts.extend(run.took.as_ref().map(|took| format!("took {took}")));
    match &run.message {
        Some(message) if !matches!(run.state, State::Succeeded) => parts.push(one_line(message)),
        _ => parts.extend(run.size.map(|size| BinaryBytes(size).to_string())),
    }
    parts.join("  ")
}

fn when(run: &Run) -> String {
    let time = run.moment().map(|time| time.to_zoned(TimeZone::system()));
    time.map_or_else(String::new, |time| time.strftime("%Y-%m-%d %H:%M:%S").to_string())
}

fn name(run: &Run) -> String {
    one_line(run.group.as_deref().or(run.group_id.as_deref()).unwrap_or(&run.id))
}

fn padded(text: &str, width: usize) -> String {
    let text: String = text.chars().take(width).collect();
    format!("{text:<width$}")
}

/// What is typed, byte by byte.
fn keys() -> mpsc::UnboundedReceiver<u8> {
    let (sender, receiver) = mpsc::unbounded_channel();
    if io::stdin().is_terminal() {
        // A thread of its own, which ends with the process: nothing else can be waited for beside a read.
        std::thread::spawn(move || {
            for byte in io::stdin().lock().bytes() {
                let Ok(byte) = byte else { return };
                if sender.send(byte).is_err() {
                    return;
                }
            }
        });
    }
    receiver
}

/// The screen of the terminal while the view has it. Dropped, all is as it was.
struct Screen(Option<Termios>);

impl Screen {
    fn take() -> io::Result<Self> {
        let before = match io::stdin().is_terminal() {
            true => Some(tcgetattr(io::stdin())?),
            false => None,
        };
        if let Some(before) = &before {
            let mut quiet = before.clone();
            // Keys come at once and do not show; Ctrl-C is still a signal.
            quiet.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON);
            tcsetattr(io::stdin(), OptionalActions::Now, &quiet)?;
        }
        let screen = Self(before);
        // The other screen, without a cursor.
        let _ = print::raw(b"\x1b[?1049h\x1b[?25l");
        Ok(screen)
    }

    /// Shows these lines, and says whether anybody still sees them.
    fn show(&self, lines: &[String]) -> Result<bool, Failure> {
        let mut text = "\x1b[H".to_owned();
        for (at, line) in lines.iter().enumerate() {
            let end = if at + 1 < lines.len() { "\r\n" } else { "" };
            text.push_str(&format!("{line}\x1b[K{end}"));
        }
        text.push_str("\x1b[J");
        print::raw(text.as_bytes())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = print::raw(b"\x1b[?25h\x1b[?1049l");
        if let Some(before) = &self.0 {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, before);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(name: &str, state: State) -> Run {
        Run {
            id: name.to_owned(),
            time: Some("2026-03-01T10:00:00Z".to_owned()),
            ended: None,
            group: Some(name.to_owned()),
            group_id: None,
            kind: None,
            state,
            files: None,
            size: Some(4096),
            read: Some(1024),
            stored: None,
            seconds: Some(3),
            took: Some("3 s".to_owned()),
            percent: (state == State::Running).then_some(25.0),
            message: None,
            restorable: None,
        }
    }

    #[test]
    fn a_page_is_as_large_as_the_screen_and_shows_what_runs_first() {
        let mut runs: Vec<Run> =
            (0..40).map(|number| run(&format!("old {number}"), State::Succeeded)).collect();
        runs.push(run("docs\u{1b}[31m", State::Running));
        for size in [(80, 24), (20, 4), (9, 3), (200, 50)] {
            let page = page(&runs, &Rates::default(), None, size);
            assert_eq!(page.len(), size.1, "{page:#?}");
            assert!(page.iter().all(|line| line.chars().count() <= size.0 && !line.contains('\u{1b}')));
            assert!(page[1].starts_with("docs"), "{page:#?}");
        }
        let text = page(&runs, &Rates::default(), None, (80, 24)).join("\n");
        assert!(text.contains("█████░░░░░░░░░░░░░░░  25 %  1.00 KiB/4.00 KiB"), "{text}");
        assert!(text.contains("Ended last:\nold 39 "), "{text}");
        let lost = page(&[], &Rates::default(), Some("no connection"), (80, 24));
        assert_eq!((lost[0].as_str(), lost[23].as_str()), ("Nothing runs.", "no answer: no connection"));
    }
}
