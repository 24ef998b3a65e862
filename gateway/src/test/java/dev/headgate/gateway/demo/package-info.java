/// Tests of the sample telemetry.
@NullMarked
package dev.headgate.gateway.demo;

import org.jspecify.annotations.NullMarked;
