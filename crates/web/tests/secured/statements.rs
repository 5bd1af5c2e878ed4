//! Statements that are handed in at the board, and the receipts that it gives.

use detente_ledger::log::{Entry, Kind, Receipt, add_signature, deal_of, statement_line};
use detente_ledger::store::Store;
use openidconnect::reqwest::Response;
use serde_json::{Value, json};

use crate::running::{Running, TEXT, answer_of, board, client, header, key};

struct Reader {
    base: String,
    cookie: String,
    token: String,
}

impl Reader {
    async fn of(running: &Running) -> Self {
        let base = format!("http://{}", running.address);
        let answer = answer_of(&client(None), &base, &key("ALBA")).await;
        let sent = client(None)
            .post(format!("{base}/sign-in"))
            .form(&[("answer", answer)])
            .send();
        let cookie = header(&sent.await.unwrap(), "set-cookie")
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        let mut reader = Self {
            base,
            cookie,
            token: String::new(),
        };
        let page = reader.get("/submit").await.text().await.unwrap();
        let (_, rest) = page.split_once("name=\"token\" value=\"").unwrap();
        reader.token = rest.split('"').next().unwrap().to_owned();
        reader
    }

    async fn get(&self, path: &str) -> Response {
        let asked = client(None)
            .get(format!("{}{path}", self.base))
            .header("Cookie", &self.cookie);
        asked.send().await.unwrap()
    }

    /// Sends a file of statements as a browser does.
    async fn submit(&self, statements: &str) -> (u16, String) {
        let part = |head: &str, text: &str| {
            format!("--edge\r\nContent-Disposition: form-data; {head}\r\n\r\n{text}\r\n")
        };
        let body = [
            part("name=\"token\"", &self.token),
            part("name=\"statements\"; filename=\"statement\"", statements),
            part("name=\"statements\"", ""),
            "--edge--\r\n".to_owned(),
        ];
        let asked = client(None)
            .post(format!("{}/submit", self.base))
            .header("Cookie", &self.cookie);
        let asked = asked
            .header("Content-Type", "multipart/form-data; boundary=edge")
            .body(body.concat());
        let answer = asked.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

fn said(body: Value, by: &str) -> Entry {
    Entry::signed(&deal_of(TEXT), Kind::Event, body, &[&key(by)]).unwrap()
}

fn claim(id: &str, note: &str) -> Value {
    let today = jiff::Timestamp::now().to_string();
    json!({ "id": id, "kind": "claim", "by": "ALBA", "on": "plant", "note": note, "occurred": &today[..10] })
}

async fn size(running: &Running) -> u64 {
    Store::open(&running.place, None).await.unwrap().log().size()
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_are_handed_in_and_their_receipts_hold() {
    let running = board(None, None).await;
    let reader = Reader::of(&running).await;
    let today = jiff::Timestamp::now().to_string();
    let joint = json!({ "id": "both", "kind": "report", "by": ["ALBA", "AGENCY"], "on": "plant", "occurred": &today[..10] });
    let mut joint = said(joint, "ALBA");
    add_signature(&mut joint, &key("AGENCY")).unwrap();
    let lines = [said(claim("c", "<b>shut</b>"), "ALBA"), joint].map(|entry| statement_line(&entry).unwrap());
    let (status, page) = reader.submit(&lines.concat()).await;
    assert_eq!(status, 200, "{page}");
    let (_, rest) = page.split_once("id=\"receipts\"").unwrap();
    let receipts = rest
        .split('>')
        .nth(1)
        .unwrap()
        .split("</textarea")
        .next()
        .unwrap();
    let receipts = receipts
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    let receipts = receipts.trim_end_matches("</textarea").to_owned();
    assert!(receipts.contains("detente-receipt-1"), "{receipts}");
    // The same statements again are told to be there, and nothing is appended.
    let before = size(&running).await;
    let (status, page) = reader.submit(&lines.concat()).await;
    assert!(status == 200 && page.contains("holds this already"), "{page}");
    assert_eq!(size(&running).await, before);
    for seq in [before - 2, before - 1] {
        let line = reader.get(&format!("/receipt/{seq}")).await.text().await.unwrap();
        let receipt = Receipt::read_all(&line).unwrap().remove(0);
        assert_eq!(receipt.check().unwrap().checkpoint.size, before);
        assert_eq!(receipt.entry.seq, seq);
    }
    assert_eq!(reader.get(&format!("/receipt/{before}")).await.status(), 404);
    // The item's page says whose keys signed; a stranger sees neither it nor a receipt.
    let page = reader.get("/item/plant").await.text().await.unwrap();
    for word in [&key("ALBA").public(), &key("AGENCY").public(), "receipt of entry"] {
        assert!(page.contains(word), "{word}: {page}");
    }
    let stranger = client(None)
        .get(format!("{}/receipt/3", reader.base))
        .send()
        .await
        .unwrap();
    assert_eq!(stranger.status(), 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_file_is_sent_back_with_every_reason_and_changes_nothing() {
    let running = board(None, None).await;
    let reader = Reader::of(&running).await;
    let before = size(&running).await;
    let good = statement_line(&said(claim("c", ""), "ALBA")).unwrap();
    let mut future = claim("d", "");
    future["occurred"] = "2999-01-01".into();
    let two_wrong = [
        statement_line(&said(claim("e", ""), "AGENCY")).unwrap(),
        statement_line(&said(future, "ALBA")).unwrap(),
    ];
    // (what is sent, words of the answer)
    let cases: [(String, &[&str]); 5] = [
        ("no statement".to_owned(), &["not JSON"]),
        (
            key("ALBA").to_file().replace('\n', " "),
            &["this is a private key"],
        ),
        (
            format!("{good}{}", two_wrong.concat()),
            &[
                "`e`: ",
                "ALBA has not signed it",
                "AGENCY signed it but",
                "`d`: ",
                "still to come",
            ],
        ),
        (
            good.replacen("\"claim\"", "\"report\"", 1),
            &["signature of ALBA does not fit"],
        ),
        (
            good.replacen("\"by\"", "\"by\":\"BOREA\",\"by\"", 1),
            &["given twice"],
        ),
    ];
    for (sent, expected) in cases {
        let (status, page) = reader.submit(&sent).await;
        assert_eq!(status, 422, "{page}");
        for word in expected {
            assert!(page.contains(word), "{word}: {page}");
        }
        assert!(!page.contains("&quot;secret"), "{page}");
    }
    assert_eq!(size(&running).await, before);
    let forged = Reader {
        token: "guess".to_owned(),
        ..Reader::of(&running).await
    };
    assert_eq!(forged.submit(&good).await.0, 403);
    assert_eq!(size(&running).await, before);
}
