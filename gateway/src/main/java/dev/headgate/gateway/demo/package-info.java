/// The first minute: sample traffic through a real gateway, and what became of it.
@NullMarked
package dev.headgate.gateway.demo;

import org.jspecify.annotations.NullMarked;
