//! Being asked to end.

use tokio::signal::unix::{SignalKind, signal};

use crate::failure::Failure;

/// Waits for Ctrl-C or a service manager.
pub(crate) async fn wait_for_signal() -> Result<(), Failure> {
    let listen = |kind| signal(kind).map_err(|err| Failure::machine("listen for signals", err));
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}
