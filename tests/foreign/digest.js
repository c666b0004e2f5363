// nginx checks a digest (RFC 7616, MD5, qop auth) against a file of Apache's htdigest.
import crypto from 'crypto';
import fs from 'fs';

function md5(...parts) {
    return crypto.createHash('md5').update(parts.join(':')).digest('hex');
}

function isKnown(r) {
    const said = {};
    const pattern = /(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g;
    const header = r.headersIn['Authorization'] || '';
    let found;
    while ((found = pattern.exec(header)) !== null) {
        said[found[1]] = found[2] === undefined ? found[3] : found[2];
    }
    if (said.nonce !== r.variables.nonce || said.uri !== r.variables.request_uri) {
        return false;
    }
    const start = `${said.username}:${said.realm}:`;
    const line = fs.readFileSync(r.variables.users, 'utf8').split('\n').find(one => one.startsWith(start));
    return line !== undefined && said.response === md5(
        line.slice(start.length), said.nonce, said.nc, said.cnonce, said.qop, md5(r.method, said.uri));
}

function check(r) {
    if (isKnown(r)) {
        r.internalRedirect('@page');
    } else {
        r.headersOut['WWW-Authenticate'] = `Digest realm="${r.variables.realm}", qop="auth", nonce="${r.variables.nonce}"`;
        r.return(401);
    }
}

export default { check };
