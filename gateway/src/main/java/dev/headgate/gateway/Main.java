package dev.headgate.gateway;

/// The entry point of the gateway process.
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    System.out.println("headgate " + version());
  }

  private static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
