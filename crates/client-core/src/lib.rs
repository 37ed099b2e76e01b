//! Authentication and transport shared by the generated clients; knows no API.
