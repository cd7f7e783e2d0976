# SPDX-License-Identifier: GPL-3.0-or-later
# fish completion for minikey(1). Commands and options stand here; the words for their
# values come from the program: minikey --complete WHAT.

function __minikey_ask
    set -l line (commandline -opc)
    set -l program (string replace -r '^~(?=/)' $HOME -- $line[1])
    command $program --complete $argv 2>/dev/null
end

# The command on the line, or nothing.
function __minikey_command
    set -l line (commandline -opc)
    for word in $line[2..-1]
        if not string match -q -- '-*' $word
            echo $word
            return
        end
    end
end

function __minikey_is
    contains -- (__minikey_command) $argv
end

# Command $argv[1], and no argument that is no option behind it yet.
function __minikey_first
    set -l line (commandline -opc)
    set -l value 0
    set -l words 0
    for word in $line[2..-1]
        if test $value = 1
            set value 0
        else if string match -qr -- '^(-[ico]|--(interface|car|built|timeout|sim-script|script|control|for|dbc|output|plot|signal|where|from|to|format|max-size|max-time|speed|max-gap|bus|count|fob|symptom|bitrate|sample-point|restart|exec|recording|mqtt|mqtt-(topic|user|password-file|ca)))$' $word
            set value 1
        else if not string match -q -- '-*' $word
            set words (math $words + 1)
        end
    end
    test $words = 1; and __minikey_is $argv
end

# guide's topic $argv[1], and no part behind it yet.
function __minikey_topic
    set -l line (commandline -opc)
    __minikey_is guide; and test "$line[-1]" = $argv[1]
end

# What is typed of an option's value.
function __minikey_typed
    string replace -r -- '^(--[a-z-]+=|-[ico])' '' (commandline -ct)
end

# $argv before each path that completes what is typed after it.
function __minikey_paths
    set -l typed (string replace -- $argv[1] '' (__minikey_typed))
    for path in (__fish_complete_path $typed '')
        echo $argv[1](string split \t -- $path)[1]
    end
end

function __minikey_interfaces
    if string match -q -- 'log:*' (__minikey_typed)
        __minikey_paths log:
    else if __minikey_is sim links
        # "minikey sim" is a car itself, "minikey links" for interfaces.
        __minikey_ask interfaces | string match -v -- '*:*'
    else
        __minikey_ask interfaces
    end
end

function __minikey_dbc
    set -l bus (string match -r -- '^[^/=]+=' (__minikey_typed))
    __minikey_paths "$bus"
end

# The words $argv, behind those that are typed, with commas between them.
function __minikey_list
    set -l before (string match -r -- '^.*,' (__minikey_typed))
    for word in $argv
        contains -- $word (string split , -- "$before"); or echo "$before$word"
    end
end

# Messages or signals of the car that the line or the environment names.
function __minikey_names
    set -l car $MINIKEY_CAR
    set -l address $MINIKEY_INTERFACE
    set -l option
    set -l line (commandline -opc)
    for word in $line[2..-1]
        switch "$option"
            case -c --car
                set car $word
            case -i --interface
                set address $word
        end
        set option $word
        switch $word
            case '--car=*' '-c?*'
                set car (string replace -r -- '^(--car=|-c)' '' $word)
            case '--interface=*' '-i?*'
                set address (string replace -r -- '^(--interface=|-i)' '' $word)
        end
    end
    if string match -q -- 'sim:*' "$address"
        set car (string replace sim: '' -- $address)
    end
    __minikey_ask $argv $car
end

complete -c minikey -f
complete -c minikey -s '?' -l help -d 'Show the options'
complete -c minikey -l usage -d 'Show them in short'
complete -c minikey -s V -l version -d 'Show the version'

set -l none 'test -z (__minikey_command)'
complete -c minikey -n $none -a bridge -d 'Carry the frames of one bus to another'
complete -c minikey -n $none -a bug-report -d 'Write what a bug report needs'
complete -c minikey -n $none -a catalog -d "Show what is known of a car's bus"
complete -c minikey -n $none -a convert -d 'Write a log in another format'
complete -c minikey -n $none -a dbc -d 'Find the faults of a DBC file, or show its layouts'
complete -c minikey -n $none -a decode -d 'Show the frames of a log, decoded'
complete -c minikey -n $none -a diagnose -d 'Say what to try when a fob does not work'
complete -c minikey -n $none -a faults -d 'Read the fault memory of the modules'
complete -c minikey -n $none -a guide -d 'Show what an owner can do, step by step'
complete -c minikey -n $none -a keys -d 'List the keys the car knows'
complete -c minikey -n $none -a links -d 'List CAN interfaces and adapters; take them up and down'
complete -c minikey -n $none -a monitor -d 'Show all frames, raw and decoded'
complete -c minikey -n $none -a program -d 'Judge the initialisation of fobs, live'
complete -c minikey -n $none -a record -d 'Write the frames on the bus to a log'
complete -c minikey -n $none -a replay -d 'Send the frames of a log at their times'
complete -c minikey -n $none -a report -d 'Show a recorded attempt, judged, as one page'
complete -c minikey -n $none -a scan -d 'List the modules that answer, and what they are'
complete -c minikey -n $none -a send -d 'Send one message'
complete -c minikey -n $none -a sim -d 'Be a simulated car on a bus'
complete -c minikey -n $none -a status -d 'Show the state of the car once'
complete -c minikey -n $none -a watch -d 'Show what changes'

# Arguments that are no options
complete -c minikey -n '__minikey_first catalog' -a '(__minikey_ask cars)'
complete -c minikey -n '__minikey_first sim' -a '(__minikey_ask simulated-cars)'
complete -c minikey -n '__minikey_first send' -a '(__minikey_names messages)'
complete -c minikey -n '__minikey_first dbc' -a 'check show'
complete -c minikey -n '__minikey_is dbc; and not __minikey_first dbc' -F
complete -c minikey -n '__minikey_first links' -a 'up down restart'
complete -c minikey -n '__minikey_is links; and not __minikey_first links' -a '(__minikey_interfaces)'
complete -c minikey -n '__minikey_is bridge' -a '(__minikey_interfaces)'
complete -c minikey -n '__minikey_is bug-report' -a '(__minikey_ask commands)'
complete -c minikey -n '__minikey_is bug-report' -l recording -r -F -d 'Add the end of a log'
complete -c minikey -n '__minikey_is convert decode' -F
complete -c minikey -n '__minikey_first replay' -F
complete -c minikey -n '__minikey_first report' -F
complete -c minikey -n '__minikey_is faults' -a '(__minikey_names modules)'

complete -c minikey -n '__minikey_first guide' -a '(__minikey_ask topics)'
complete -c minikey -n '__minikey_topic digital-key' -a '(__minikey_ask parts)'
complete -c minikey -n '__minikey_topic fob' -a '(__minikey_ask procedures)'

# Which bus
set -l link '__minikey_is bridge faults keys monitor program record replay scan send sim status watch'
set -l bus '__minikey_is faults keys monitor program record replay scan send sim status watch'
complete -c minikey -n $bus -s i -l interface -x -a '(__minikey_interfaces)' -d 'Bus to use'
complete -c minikey -n $bus -l timeout -x -d 'How long to listen or wait'
complete -c minikey -n $bus -l poll -d 'Ask the modules of a real car too'
complete -c minikey -n $link -l allow-unverified -d 'Send requests that no document confirms'
complete -c minikey -n $link -l bench -d 'There is no car on this link'
complete -c minikey -n $link -l sim-script -r -F -d 'Drive the simulated car by a file'
complete -c minikey -n $link -l real-time -d 'Let a simulated car take its time'
complete -c minikey -n $link -l reconnect -d 'Wait for a link that went away'

# Which car, and what comes out
set -l car '__minikey_is bridge decode diagnose faults guide keys monitor program record replay report scan send sim status watch'
set -l out '__minikey_is bridge decode faults keys monitor program record replay scan send sim status watch'
complete -c minikey -n $car -s c -l car -x -a '(__minikey_ask cars)' -d 'Which car'
complete -c minikey -n $car -l built -x -d 'When it was built'
complete -c minikey -n $out -l show-vin -d 'Do not mask the VIN'
complete -c minikey -n $out -l dbc -x -a '(__minikey_dbc)' -d 'More messages'
complete -c minikey -n '__minikey_is bridge catalog dbc decode diagnose faults guide keys links monitor program record replay scan send sim status watch' -l json -d 'Print JSON'

# Which frames
set -l frames '__minikey_is bridge decode monitor'
complete -c minikey -n $frames -l id -x -d 'Only frames with this id'
complete -c minikey -n $frames -l message -x -a '(__minikey_names messages)' -d 'Only this message'
complete -c minikey -n $frames -l grep -x -d 'Only frames with this text in a name or word'
complete -c minikey -n $frames -l all -d 'Also frames that no DBC knows'

# Of one command or a few
complete -c minikey -n '__minikey_is dbc decode' -l strict -d 'A bad line makes it fail'
complete -c minikey -n '__minikey_is guide' -l coach -d 'Count the seconds with you'
complete -c minikey -n '__minikey_is bridge' -l both -d 'Frames of the second go to the first, too'
complete -c minikey -n '__minikey_is diagnose' -l symptom -x -a '(__minikey_ask symptoms)' -d 'What is wrong'
complete -c minikey -n '__minikey_is diagnose guide program' -l fob -x -a '(__minikey_ask fobs)' -d 'Which fob'
complete -c minikey -n '__minikey_is keys' -l listen -x -d 'Ask nothing, listen'
complete -c minikey -n '__minikey_is links' -l probe -d 'Ask the serial adapters'
complete -c minikey -n '__minikey_is links' -l bitrate -x -a '100k 500k' -d 'Bit/s'
complete -c minikey -n '__minikey_is links' -l sample-point -x -d 'Where a bit is sampled'
complete -c minikey -n '__minikey_is links' -l restart -x -d 'Leave bus-off by itself'
complete -c minikey -n '__minikey_is links' -l listen-only -d 'Neither send nor acknowledge'
complete -c minikey -n '__minikey_is bridge bug-report monitor record sim watch' -l for -x -d 'End after a time'
complete -c minikey -n '__minikey_is bridge monitor record watch' -l count -x -d 'End after so many'
complete -c minikey -n '__minikey_is program report' -l procedure -x -a '(__minikey_ask procedures)' -d 'Which one'
complete -c minikey -n '__minikey_is program report' -l fobs -x -a '1 2 3 4' -d 'How many fobs'
complete -c minikey -n '__minikey_is program' -l auto -d 'Turn the key and press the fobs'
complete -c minikey -n '__minikey_is program' -l trigger -d 'Play the ignition part on the bus'
complete -c minikey -n '__minikey_is scan' -l all -d 'Ask every address'
complete -c minikey -n '__minikey_is sim' -l script -r -F -d 'Drive the car by a file'
complete -c minikey -n '__minikey_is sim' -l control -r -F -d 'Take control lines on a socket'
complete -c minikey -n '__minikey_is watch' -l only -x -a '(__minikey_list (__minikey_ask events))' -d 'Show only these events'
complete -c minikey -n '__minikey_is watch' -l until -x -a '(__minikey_ask conditions)' -d 'End once this is so'
complete -c minikey -n '__minikey_is watch' -l exec -x -a '(__fish_complete_command)' -d 'Run for each event'
complete -c minikey -n '__minikey_is watch' -l mqtt -x -a '(__fish_print_hostnames)' -d 'Tell this MQTT broker'
complete -c minikey -n '__minikey_is watch' -l mqtt-topic -x -d 'Begin all topics with this'
complete -c minikey -n '__minikey_is watch' -l mqtt-user -x -d 'Log in by this name'
complete -c minikey -n '__minikey_is watch' -l mqtt-password-file -r -F -d 'Read the password from a file'
complete -c minikey -n '__minikey_is watch' -l mqtt-tls -d 'Use TLS'
complete -c minikey -n '__minikey_is watch' -l mqtt-ca -r -F -d 'Use TLS, and trust the authorities in a file'
complete -c minikey -n '__minikey_is watch' -l mqtt-discovery -d 'Tell Home Assistant what there is'
complete -c minikey -n '__minikey_is decode' -l events -a '(__minikey_list (__minikey_ask events))' -d 'What changes'
complete -c minikey -n '__minikey_is decode' -l stats -d 'Ids, how often they come, faults'
complete -c minikey -n '__minikey_is decode' -l csv -d 'Comma-separated values'
complete -c minikey -n '__minikey_is decode' -l plot -x -a '(__minikey_list (__minikey_names signals))' -d 'A picture of signals'
complete -c minikey -n '__minikey_is bug-report decode record report' -s o -l output -r -F -d 'Write to a file'
complete -c minikey -n '__minikey_is decode' -l signal -x -a '(__minikey_names signals)' -d 'Only this signal'
complete -c minikey -n '__minikey_is decode' -l where -x -a '(__minikey_names signals)' -d 'Only frames for which it is true'
complete -c minikey -n '__minikey_is decode' -l from -x -d 'Not before'
complete -c minikey -n '__minikey_is decode' -l to -x -d 'Only before'
complete -c minikey -n '__minikey_is convert' -l to -x -a '(__minikey_ask formats)' -d 'Write this format'
complete -c minikey -n '__minikey_is convert' -l mask -d 'Replace the end of VINs'
complete -c minikey -n '__minikey_is record' -l format -x -a '(__minikey_ask formats)' -d 'Write this format'
complete -c minikey -n '__minikey_is record' -l max-size -x -d 'Next file before'
complete -c minikey -n '__minikey_is record' -l max-time -x -d 'Next file after'
complete -c minikey -n '__minikey_is replay' -l speed -x -d 'So many times as fast'
complete -c minikey -n '__minikey_is replay' -l loop -d 'Play it again'
complete -c minikey -n '__minikey_is replay' -l max-gap -x -d 'Longest pause'
complete -c minikey -n '__minikey_is replay' -l bus -x -d 'Only this bus of the log'
