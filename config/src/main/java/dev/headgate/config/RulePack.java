package dev.headgate.config;

/// A set of rules that comes with the gateway.
public enum RulePack {
  /// What looks like a credential, a card number or a bank account.
  SECRETS
}
