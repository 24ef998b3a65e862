/// Files that may change while the gateway runs: certificates, tokens, passwords.
@NullMarked
package dev.headgate.pipeline.files;

import org.jspecify.annotations.NullMarked;
