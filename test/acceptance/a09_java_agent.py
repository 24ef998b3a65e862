"""A09: an application with the Java agent, given nothing but the endpoint."""

import os
import pathlib
import subprocess
import tempfile

from gateway import ROOT, Gateway, config, eventually, expect
from scenario import Skip, run
from sinks import Sinks

APP = """\
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.logging.Logger;

public class App {
  public static void main(String[] args) throws Exception {
    var log = Logger.getLogger("app");
    var server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/", exchange -> {
      log.info("handled " + exchange.getRequestURI());
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
    });
    server.start();
    var uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hello");
    for (int i = 0; i < 20; i++) {
      HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding());
    }
    Thread.sleep(3000);
    System.exit(0);
  }
}
"""
AGENT = "io.opentelemetry.javaagent:opentelemetry-javaagent:2.20.1"


def agent(folder):
    """The agent's jar, by the build's own Maven."""
    given = os.environ.get("OTEL_JAVA_AGENT")
    if given:
        return given
    done = subprocess.run(
        [str(ROOT / "mvnw"), "-q", "-B", "-N", "dependency:copy", f"-Dartifact={AGENT}",
         f"-DoutputDirectory={folder}"],
        cwd=ROOT, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    jars = list(pathlib.Path(folder).glob("*.jar"))
    if not jars:
        raise Skip("the agent could not be fetched: " + (done.stdout + done.stderr)[-200:])
    return str(jars[0])


def main():
    sinks = Sinks()
    with tempfile.TemporaryDirectory() as folder:
        jar = agent(folder)
        source = pathlib.Path(folder) / "App.java"
        source.write_text(APP)
        with Gateway(config(sinks.exporters(), sinks.PIPELINES)) as gateway:
            environment = dict(
                os.environ,
                OTEL_EXPORTER_OTLP_ENDPOINT=gateway.http,
                OTEL_METRIC_EXPORT_INTERVAL="1000",
            )
            subprocess.run(
                ["java", f"-javaagent:{jar}", str(source)],
                env=environment, check=True, timeout=180,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            server = lambda: [span for span in sinks.tempo.items() if span.kind == 2]
            eventually(lambda: len(server()) == 20, f"20 server spans, got {len(server())}")
            eventually(sinks.mimir.items, "metrics arrive")
            lines = eventually(
                lambda: [r for r in sinks.loki.items() if "handled" in r.body.string_value],
                "log records arrive",
            )
            traces = {span.trace_id for span in server()}
            expect(all(record.trace_id in traces for record in lines), "logs carry trace ids")
            gateway.judge()


run(main)
