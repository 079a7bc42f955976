package dev.sluice.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Starts a mock provider, the gateway and nginx as processes of their own, loads the two in turn,
 * and prints what each of them cost as the operating system counted it. Everything is on the
 * loopback interface and ends with the harness.
 */
final class Harness implements AutoCloseable {

  private static final int WARM_UP_SECONDS = 10;

  private final Plan plan;
  private final Path folder;
  private final List<Process> started = new ArrayList<>();
  private final int mockPort;
  private final Target gateway;
  private final @Nullable Target nginx;

  /** How long, how often, how much. */
  record Plan(int seconds, int rounds, int connections, int streams, int frames, int open) {}

  /** Somebody who is measured. */
  private record Target(String name, Process process, int port, String model) {

    /** The process and its children, as nginx works in those. */
    List<Long> pids() {
      List<Long> pids = new ArrayList<>(List.of(process.pid()));
      process.descendants().forEach(child -> pids.add(child.pid()));
      return pids;
    }
  }

  /** What a load generator counted: complete, failed, frames, and latencies in nanoseconds. */
  private record Counted(long complete, long failed, long frames, long p50, long p99) {}

  Harness(Plan plan) throws IOException, InterruptedException {
    this.plan = plan;
    this.folder = Files.createTempDirectory("sluice-bench");
    this.mockPort = freePort();
    Process mock = java("mock", Integer.toString(mockPort));
    awaitLine(mock, "ready");
    this.gateway = startGateway();
    this.nginx = startNginx();
  }

  void measure() throws IOException, InterruptedException {
    System.out.println("\n| | " + "gateway | nginx | ratio |\n|---|---|---|---|");
    startUp();
    long idle = memory(gateway);
    row("memory when idle, MB", idle / 1e6, nginx == null ? Double.NaN : memory(nginx) / 1e6);
    List<Target> targets = nginx == null ? List.of(gateway) : List.of(gateway, nginx);
    for (Target target : targets) {
      load(target, "closed", plan.connections(), WARM_UP_SECONDS);
    }
    requests(targets);
    frames(targets);
    latency(targets);
    open();
  }

  private void requests(List<Target> targets) throws IOException, InterruptedException {
    double[][] costs = new double[targets.size()][plan.rounds()];
    for (int round = 0; round < plan.rounds(); round++) {
      for (int i = 0; i < targets.size(); i++) {
        long before = cpuNanos(targets.get(i));
        Counted counted = load(targets.get(i), "closed", plan.connections(), plan.seconds());
        costs[i][round] = (cpuNanos(targets.get(i)) - before) / 1e3 / counted.complete();
        refuseFailures(counted);
      }
    }
    row("CPU a request, µs", costs);
  }

  private void frames(List<Target> targets) throws IOException, InterruptedException {
    double[][] costs = new double[targets.size()][plan.rounds()];
    for (int round = -1; round < plan.rounds(); round++) {
      for (int i = 0; i < targets.size(); i++) {
        long before = cpuNanos(targets.get(i));
        Counted counted =
            load(targets.get(i), "streams", plan.streams(), plan.frames(), plan.seconds());
        refuseFailures(counted);
        if (round >= 0) {
          costs[i][round] = (cpuNanos(targets.get(i)) - before) / 1e3 / counted.frames();
        }
      }
    }
    row("CPU a streamed frame, µs", costs);
  }

  private void latency(List<Target> targets) throws IOException, InterruptedException {
    double[][] p50 = new double[targets.size()][plan.rounds()];
    double[][] p99 = new double[targets.size()][plan.rounds()];
    Target direct = new Target("direct", gateway.process(), mockPort, "m");
    for (int round = 0; round < plan.rounds(); round++) {
      Counted base = load(direct, "rate", 1000, plan.seconds());
      for (int i = 0; i < targets.size(); i++) {
        Counted counted = load(targets.get(i), "rate", 1000, plan.seconds());
        p50[i][round] = (counted.p50() - base.p50()) / 1e6;
        p99[i][round] = (counted.p99() - base.p99()) / 1e6;
      }
    }
    row("added latency p50 at 1,000 requests/s, ms", p50);
    row("added latency p99 at 1,000 requests/s, ms", p99);
  }

  private void open() throws IOException, InterruptedException {
    int seconds = 20;
    long before = memory(gateway);
    Process load = start(gateway, "streams", plan.open(), 1, seconds);
    BufferedReader out = reader(load);
    awaitLine(out, "opened");
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(seconds / 2));
    double kilobytes = (memory(gateway) - before) / 1024.0 / plan.open();
    Counted counted = counted(out);
    row("memory an open stream (" + plan.open() + "), KB", kilobytes, Double.NaN);
    row("streams lost of " + plan.open(), (double) (plan.open() - counted.complete()), Double.NaN);
  }

  private void startUp() throws IOException, InterruptedException {
    double[][] seconds = new double[1][5];
    for (int i = 0; i < 5; i++) {
      int port = freePort();
      long begun = System.nanoTime();
      Process process = launch(port, "start-up");
      awaitAnswer(port, "demo/echo");
      seconds[0][i] = (System.nanoTime() - begun) / 1e9;
      process.destroy();
      process.waitFor();
    }
    row("start to first answer, s", seconds);
  }

  private Target startGateway() throws IOException, InterruptedException {
    int port = freePort();
    Process process = launch(port, "gateway");
    awaitAnswer(port, "mock/m");
    return new Target("gateway", process, port, "mock/m");
  }

  private Process launch(int port, String name) throws IOException {
    Path file = folder.resolve(name + ".yaml");
    Files.writeString(
        file,
        "server: { port: "
            + port
            + " }\nadmin: { port: "
            + freePort()
            + " }\nproviders: { mock: { kind: openai, base_url: \"http://127.0.0.1:"
            + mockPort
            + "/v1\", api_key: x } }\n");
    String launcher = System.getenv("SLUICE_LAUNCHER");
    if (launcher == null) {
      throw new IllegalStateException("start the benchmarks with ./sluice bench");
    }
    return process(name, launcher, "serve", "--config", file.toString());
  }

  private @Nullable Target startNginx() throws IOException, InterruptedException {
    String program = nginxProgram();
    if (program == null) {
      System.out.println("nginx is not installed, so there is nothing to compare with");
      return null;
    }
    int port = freePort();
    Path file = folder.resolve("nginx.conf");
    Files.writeString(
        file,
        "worker_processes auto; daemon off; pid "
            + folder.resolve("nginx.pid")
            + "; error_log "
            + folder.resolve("nginx.log")
            + "; worker_rlimit_nofile 60000; events { worker_connections 25000; }\n"
            + "http { access_log off; keepalive_requests 1000000000;\n"
            + "  upstream mock { server 127.0.0.1:"
            + mockPort
            + "; keepalive 512; keepalive_requests 1000000000; }\n"
            + "  server { listen 127.0.0.1:"
            + port
            + " backlog=4096;\n    location / { proxy_pass http://mock; proxy_http_version 1.1;\n"
            + "      proxy_set_header Connection \"\"; proxy_buffering off; } } }\n");
    Process process = process("nginx", program, "-p", folder.toString(), "-c", file.toString());
    awaitAnswer(port, "m");
    return new Target("nginx", process, port, "m");
  }

  private static @Nullable String nginxProgram() {
    for (String place : (System.getenv("PATH") + ":/usr/sbin:/usr/local/sbin").split(":", -1)) {
      File program = new File(place, "nginx");
      if (program.canExecute()) {
        return program.getPath();
      }
    }
    return null;
  }

  private Counted load(Target target, String kind, int... numbers)
      throws IOException, InterruptedException {
    Process process = start(target, kind, numbers);
    Counted counted = counted(reader(process));
    process.waitFor();
    return counted;
  }

  private Process start(Target target, String kind, int... numbers) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of(kind, Integer.toString(target.port()), target.model()));
    for (int number : numbers) {
      arguments.add(Integer.toString(number));
    }
    return java(arguments.toArray(String[]::new));
  }

  private static Counted counted(BufferedReader out) throws IOException {
    String line;
    String last = "";
    while ((line = out.readLine()) != null) {
      last = line;
    }
    String[] numbers = last.split(" ", -1);
    if (numbers.length != 5) {
      throw new IOException("the load generator said: " + last);
    }
    return new Counted(
        Long.parseLong(numbers[0]),
        Long.parseLong(numbers[1]),
        Long.parseLong(numbers[2]),
        Long.parseLong(numbers[3]),
        Long.parseLong(numbers[4]));
  }

  private static void refuseFailures(Counted counted) throws IOException {
    if (counted.failed() > 0) {
      throw new IOException(counted.failed() + " requests failed, so the figures mean nothing");
    }
  }

  private Process java(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dio.netty.noUnsafe=false",
                "-Dio.netty.leakDetection.level=disabled",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sluice.bench.Main"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private Process process(String name, String... command) throws IOException {
    File log = folder.resolve(name + ".log").toFile();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    started.add(process);
    return process;
  }

  private static BufferedReader reader(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private static void awaitLine(Process process, String wanted) throws IOException {
    awaitLine(reader(process), wanted);
  }

  private static void awaitLine(BufferedReader out, String wanted) throws IOException {
    String line;
    while ((line = out.readLine()) != null) {
      if (line.equals(wanted)) {
        return;
      }
    }
    throw new IOException("a process ended before it said " + wanted);
  }

  private static void awaitAnswer(int port, String model) throws IOException {
    long most = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
    byte[] body =
        ("{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")
            .getBytes(StandardCharsets.US_ASCII);
    while (System.nanoTime() < most) {
      try {
        HttpURLConnection connection =
            (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + "/v1/chat/completions")
                    .toURL()
                    .openConnection();
        connection.setRequestMethod("POST");
        connection.setRequestProperty("content-type", "application/json");
        connection.setDoOutput(true);
        connection.getOutputStream().write(body);
        if (connection.getResponseCode() == 200) {
          connection.getInputStream().readAllBytes();
          return;
        }
      } catch (IOException _) {
        // Not there yet.
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    throw new IOException("nobody answers on port " + port);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** CPU time of all threads, kernel time included. */
  private static long cpuNanos(Target target) throws IOException {
    long nanos = 0;
    for (long pid : target.pids()) {
      try (var tasks = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
        for (Path task : tasks) {
          String text = Files.readString(task.resolve("schedstat"));
          nanos += Long.parseLong(text.substring(0, text.indexOf(' ')));
        }
      }
    }
    return nanos;
  }

  /** Resident memory in bytes. */
  private static long memory(Target target) throws IOException {
    long bytes = 0;
    for (long pid : target.pids()) {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith("VmRSS:")) {
          bytes += Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
    }
    return bytes;
  }

  private static void row(String name, double[][] values) {
    for (double[] each : values) {
      java.util.Arrays.sort(each);
    }
    int middle = values[0].length / 2;
    String spread =
        String.format(
            Locale.ROOT, " (%.2f to %.2f)", values[0][0], values[0][values[0].length - 1]);
    row(name + spread, values[0][middle], values.length > 1 ? values[1][middle] : Double.NaN);
  }

  private static void row(String name, double ours, double theirs) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %.3g | %s | %s |%n",
        name,
        ours,
        Double.isNaN(theirs) ? "" : String.format(Locale.ROOT, "%.3g", theirs),
        Double.isNaN(theirs) ? "" : String.format(Locale.ROOT, "%.2f", ours / theirs));
  }

  @Override
  public void close() {
    for (Process process : started.reversed()) {
      process.destroy();
    }
  }
}
