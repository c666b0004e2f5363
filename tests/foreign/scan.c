/* C: a socket and a scan over the bytes. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char body[1 << 16], head[1 << 13], answer[1 << 20];

static void base64(const char *in, char *out) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t length = strlen(in);
    for (size_t at = 0; at < length; at += 3) {
        unsigned long bits = 0;
        for (int n = 0; n < 3; n++) bits = bits << 8 | (at + n < length ? (unsigned char)in[at + n] : 0);
        for (int n = 0; n < 4; n++) *out++ = at + n > length ? '=' : digits[bits >> (18 - 6 * n) & 63];
    }
    *out = 0;
}

static void escape(char *out, const char *text) {
    for (out += strlen(out); *text; text++) {
        const char *word = *text == '&' ? "&amp;" : *text == '<' ? "&lt;" : *text == '>' ? "&gt;" : NULL;
        out += word ? sprintf(out, "%s", word) : sprintf(out, "%c", *text);
    }
}

static const char *say(const char *text) { /* up to the next tag, entities decoded; where it ends */
    static const char *names[][2] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}};
    while (*text && *text != '<') {
        int known = 0;
        for (int n = 0; n < 4 && !known; n++)
            if (!strncmp(text, names[n][0], strlen(names[n][0]))) {
                fputs(names[n][1], stdout);
                text += strlen(names[n][0]);
                known = 1;
            }
        if (!known) putchar(*text++);
    }
    return text;
}

static const char *after(const char *text, const char *word) {
    const char *found = strstr(text, word);
    return found ? found + strlen(word) : NULL;
}

static void tell(const char *at) {
    int depth = 1, cells = 0;
    while (depth) {
        at = strchr(at, '<');
        if (!strncmp(at, "</data>", 7)) {
            if (--depth == 1) puts("");
            at += 7;
        } else if (!strncmp(at, "<array><data>", 13)) {
            depth++, cells = 0;
            at += 13;
        } else if (!strncmp(at, "<value>", 7)) {
            at += 7;
            if (*at == '<' && !strncmp(at, "<array>", 7)) continue;
            if (depth > 1 && cells++) putchar('\t');
            if (!strncmp(at, "<boolean>", 9)) fputs(at[9] == '1' ? "true" : "false", stdout);
            else at = say(at);
            if (depth == 1) puts("");
        } else at++;
    }
}

int main(int count, char **words) {
    char host[64], path[256], login[512], pair[256], line[8192];
    int port;
    if (count != 4 || sscanf(words[1], "http://%63[^:]:%d%255s", host, &port, path) != 3) return 2;
    snprintf(pair, sizeof pair, "%s:%s", words[2], words[3]);
    base64(pair, login);
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        char *rest = line, *word = strsep(&rest, "\t");
        sprintf(body, "<methodCall><methodName>%s</methodName><params>", word);
        while ((word = strsep(&rest, "\t"))) {
            strcat(body, "<param><value>");
            if (!strncmp(word, "sl:", 3)) {
                char *one, *list = word + 3;
                strcat(body, "<array><data>");
                while ((one = strsep(&list, ","))) sprintf(body + strlen(body), "<value><string>%s</string></value>", one);
                strcat(body, "</data></array>");
            } else escape(body, word + 2);
            strcat(body, "</value></param>");
        }
        strcat(body, "</params></methodCall>");
        struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
        inet_pton(AF_INET, host, &to.sin_addr);
        int stream = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(stream, (struct sockaddr *)&to, sizeof to)) return 3;
        snprintf(head, sizeof head, "POST %s HTTP/1.0\r\nAuthorization: Basic %s\r\nContent-Length: %zu\r\n\r\n", path, login, strlen(body));
        dprintf(stream, "%s%s", head, body);
        size_t length = 0;
        for (ssize_t got; (got = read(stream, answer + length, sizeof answer - 1 - length)) > 0;) length += got;
        answer[length] = 0;
        close(stream);
        int status = atoi(strchr(answer, ' '));
        const char *data = strstr(answer, "<fault>");
        if (status != 200) printf("status %d\n", status);
        else if (data) {
            fputs("fault", stdout);
            while ((data = after(data, "</name><value>"))) {
                putchar(' ');
                if (*data == '<') data = strchr(data, '>') + 1;
                say(data);
            }
            puts("");
        } else tell(after(answer, "<data>"));
        puts(".");
    }
}
