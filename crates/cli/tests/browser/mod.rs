//! A headless Chromium, driven through chromedriver. Without them the tests fail and say what to install.

mod commands;

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use commands::{DevTools, Log};

/// What to do when the browser is missing.
const INSTALL: &str = "The browser tests need Chromium and its driver; they are never skipped.\n\
    On Debian or Ubuntu, as root:  apt-get install chromium chromium-driver\n\
    or run ./test.sh, which installs what is missing where it may.\n\
    Elsewhere: install Chromium and the chromedriver of the same version, so that `chromium` and\n\
    `chromedriver` are found on the PATH.";

/// A running browser with one window.
pub struct Browser {
    /// The session.
    pub client: Client,
    driver: Driver,
}

impl Browser {
    /// Starts a browser, or fails with what to install.
    pub async fn start() -> Self {
        let chromium = found(&["chromium", "chromium-browser", "google-chrome"]);
        let driver = Driver::start(&found(&["chromedriver"]));
        let arguments = [
            "headless",
            "no-sandbox",
            "disable-gpu",
            "disable-quic",
            "no-first-run",
            "disable-background-networking",
            "disable-component-update",
            "disable-sync",
            "disable-dev-shm-usage",
            "hide-scrollbars",
            "force-device-scale-factor=1",
        ];
        let profile = format!("user-data-dir={}", driver.profile.path().display());
        let arguments: Vec<String> = arguments
            .iter()
            .map(|each| each.to_string())
            .chain([profile])
            .collect();
        let capabilities = json!({
            "goog:chromeOptions": { "binary": chromium, "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        });
        let Value::Object(capabilities) = capabilities else {
            unreachable!("it is an object")
        };
        // The driver says that it has started a moment before it listens.
        let mut attempts = 0;
        let client = loop {
            let connected = ClientBuilder::new(HttpConnector::new())
                .capabilities(capabilities.clone())
                .connect(&format!("http://127.0.0.1:{}", driver.port))
                .await;
            match connected {
                Ok(client) => break client,
                Err(_) if attempts < 60 => {
                    attempts += 1;
                    tokio::time::sleep(std::time::Duration::from_millis(250)).await;
                }
                Err(error) => panic!("Chromium was found but did not start: {error}\n{INSTALL}"),
            }
        };
        Self { client, driver }
    }

    /// Opens a file on a screen of this size.
    pub async fn open(&self, page: &Path, width: u32, height: u32) {
        self.screen(width, height).await;
        self.client
            .goto(&format!("file://{}", page.display()))
            .await
            .expect("the page opens");
    }

    /// Gives the page a screen of this size.
    pub async fn screen(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.tools("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Tells the page which medium and which colour scheme it is shown in.
    pub async fn medium(&self, medium: &str, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.tools(
            "Emulation.setEmulatedMedia",
            json!({ "media": medium, "features": features }),
        )
        .await;
    }

    /// Runs a function body in the page and gives what it returns.
    pub async fn ask(&self, script: &str) -> Value {
        self.client
            .execute(script, Vec::new())
            .await
            .expect("the script runs")
    }

    /// Runs a function body that returns a list of complaints; fails unless it is empty.
    pub async fn no_complaints(&self, what: &str, script: &str) {
        let complaints = self.ask(script).await;
        assert_eq!(complaints, json!([]), "{what}");
    }

    /// Entries of one of the browser's logs since the last call.
    pub async fn log(&self, kind: &'static str) -> Vec<Value> {
        let log = self
            .client
            .issue_cmd(Log { kind })
            .await
            .expect("the driver keeps logs");
        log.as_array().cloned().expect("a log is a list")
    }

    /// Ends the browser.
    pub async fn close(self) {
        self.client.clone().close().await.expect("the browser closes");
        drop(self.driver);
    }

    async fn tools(&self, name: &'static str, parameters: Value) {
        let command = DevTools { name, parameters };
        self.client
            .issue_cmd(command)
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

/// A running chromedriver; it ends with everything it started when this is dropped, also after a failed test.
struct Driver {
    process: Child,
    port: u16,
    profile: tempfile::TempDir,
}

impl Driver {
    fn start(program: &Path) -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("the port has a number").port();
        drop(free);
        let process = Command::new(program)
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}\n{INSTALL}", program.display()));
        let profile = tempfile::tempdir().expect("a folder for the browser's profile");
        Self {
            process,
            port,
            profile,
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let group = format!("-{}", self.process.id());
        let _ = Command::new("kill")
            .args(["-KILL", "--", &group])
            .stderr(Stdio::null())
            .status();
        let _ = self.process.wait();
    }
}

/// The first of these programs on the PATH, or a failure that says what to install.
fn found(names: &[&str]) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .flat_map(|folder| names.iter().map(move |name| folder.join(name)))
        .find(|program| program.is_file())
        .unwrap_or_else(|| panic!("{} was not found on the PATH.\n{INSTALL}", names[0]))
}
