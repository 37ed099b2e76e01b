//! Wiring: configuration, authentication, routers, workers, shutdown.
