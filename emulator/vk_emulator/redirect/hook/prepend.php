<?php
// Run by PHP itself before a bot that `vk-emulator run` has started. PHP's curl looks at the proxy of the environment, its
// streams (file_get_contents and the like) do not: they are sent to the emulator, which refuses every site but VK.

final class VkEmulatorStream
{
    public $context;
    private $stream;

    public static function begin()
    {
        foreach (['http', 'https'] as $scheme) {
            stream_wrapper_unregister($scheme);
            stream_wrapper_register($scheme, self::class, STREAM_IS_URL);
        }
    }

    private static function isFar($host)
    {
        $digits = filter_var(trim($host, '[]'), FILTER_VALIDATE_IP) !== false;
        return !$digits && strpos($host, '.') !== false && !preg_match('/\.(localhost|local|internal)$/', $host);
    }

    public function stream_open($path, $mode, $options, &$opened)
    {
        $given = $this->context ? stream_context_get_options($this->context) : [];
        if (preg_match('~^https?://([^/?#:]+)(?::\d+)?(.*)$~i', $path, $found) && self::isFar($found[1])) {
            $path = getenv('VK_EMULATOR') . (substr($found[2], 0, 1) === '/' ? '' : '/') . $found[2];
            $headers = $given['http']['header'] ?? [];
            $headers = is_array($headers) ? $headers : preg_split('/\r?\n/', $headers, -1, PREG_SPLIT_NO_EMPTY);
            $given['http']['header'] = array_merge($headers, ['Host: ' . $found[1]]);
        }
        foreach (['http', 'https'] as $scheme) {
            stream_wrapper_restore($scheme);
        }
        $this->stream = @fopen($path, $mode, false, stream_context_create($given));
        self::begin();
        return $this->stream !== false;
    }

    public function stream_read($count)
    {
        return fread($this->stream, $count);
    }

    public function stream_eof()
    {
        return feof($this->stream);
    }

    public function stream_stat()
    {
        return fstat($this->stream);
    }

    public function stream_set_option($option, $first, $second)
    {
        return $option === STREAM_OPTION_READ_TIMEOUT && stream_set_timeout($this->stream, $first, $second);
    }

    public function stream_close()
    {
        fclose($this->stream);
    }
}

if (getenv('VK_EMULATOR')) {
    VkEmulatorStream::begin();
}
