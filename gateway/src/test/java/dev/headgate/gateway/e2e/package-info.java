/// Tests of the whole gateway, from real clients to backends.
@NullMarked
package dev.headgate.gateway.e2e;

import org.jspecify.annotations.NullMarked;
