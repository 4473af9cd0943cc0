'use strict';

// Loaded by Node itself before a bot that `vk-emulator run` has started: Node's clients look at no proxy, so its sockets
// are sent to the emulator, which answers as VK and refuses every other site. It must never fail: a bot comes after it.

const net = require('net');
const tls = require('tls');

const base = process.env.VK_EMULATOR && new URL(process.env.VK_EMULATOR);
const domains = (process.env.VK_EMULATOR_DOMAINS || '').split(',').filter(Boolean);
const LOCAL = /(^|\.)(localhost|local|internal)$/;

function isVk(name) {
    return domains.some((domain) => name === domain || name.endsWith(`.${domain}`));
}

function isFar(host, port) {
    const name = String(host || '').toLowerCase().replace(/\.$/, '');
    if (!name.includes('.') || net.isIP(name) || LOCAL.test(name)) return false;
    return isVk(name) || Number(port) === 443 || Number(port) === 80;
}

function aimed(options) {
    if (!isFar(options.host, options.port)) return options;
    return { ...options, host: base.hostname, port: Number(base.port), lookup: undefined };
}

if (base) {
    const { connect } = net.Socket.prototype;
    net.Socket.prototype.connect = function toEmulator(...given) {
        const [first] = given;
        if (Array.isArray(first)) {
            first[0] = aimed(first[0]); // what net.connect has sorted already
        } else if (first && typeof first === 'object') {
            given[0] = aimed(first);
        } else if (typeof given[1] === 'string' && isFar(given[1], first)) {
            given[0] = Number(base.port);
            given[1] = base.hostname;
        }
        return connect.apply(this, given);
    };

    const secured = tls.connect;
    tls.connect = function withName(...given) {
        const [options] = given;
        if (options && typeof options === 'object' && !options.servername && isFar(options.host, options.port)) {
            given[0] = { ...options, servername: options.host };
        }
        return secured.apply(this, given);
    };
}
