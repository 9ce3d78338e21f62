values = tables.'scoreboard.tsv'
ranges = tables.'scoreboard-ranges.tsv'
failed = tables.'scoreboard-failed.tsv'
sections = tables.'scoreboard-sections.tsv'
# Verdicts in their order: supported, in part, undecided, pending, not supported, not in time.
names = 'supported supported_in_part undecided pending not_supported not_registered_in_time'
labels = '"supported" "in part" "undecided" "pending" "not supported"'
colours = '0x009E73 0x2E8BC7 0x808080 0xCC79A7 0xD55E00 0x000000'
colour(verdict) = int(word(colours, int(verdict)))
# A diamond was registered.
form(registered) = registered > 0.5 ? 13 : 7
# What deviates less than is shown is raised to that, as a triangle.
raised(x) = x > least_shown ? x : least_shown
shown(x, registered) = x < least_shown ? 11 : form(registered)
# Numbers of failed claims stand left and right of their points by turns.
side(number) = int(number) % 2 ? 1.2 : -1.2
set multiplot

set lmargin at screen 0.065
set rmargin at screen 0.32
set bmargin at screen 0.43
set tmargin at screen 0.94
set title 'one value claimed'
set xlabel 'claimed'
set ylabel 'found' offset 1
set xrange [-0.8:1.8]
set yrange [-1.5:2.1]
set xtics 0.5
set key bottom right samplen 0.5
plot x with lines lc rgb black lw 0.7 notitle, \
  values using 'predicted':'found':'low':'high':(colour(column('verdict'))) \
    with yerrorbars pt -1 lc rgb variable notitle, \
  values using 'predicted':'found':(form(column('registered'))):(colour(column('verdict'))) \
    with points pt variable lc rgb variable notitle, \
  for [k = 0:1] failed using (int(column('number')) % 2 == k ? column('predicted') : NaN):'found':\
    (sprintf('%d', column('number'))) with labels font ',9' offset side(k), 0 notitle, \
  for [k in '1 2 3 4 5'] keyentry with points pt 7 lc rgb colour(k) title word(labels, int(k)), \
  keyentry with points pt 13 lc rgb black title 'registered'

set lmargin at screen 0.39
set rmargin at screen 0.575
set title 'a range claimed'
set pointsize 0.6
set xlabel 'number, in the order of claims'
set ylabel 'deviation (the range ends at 1)' offset 1.5
set key off
set logscale y
set xrange [0:*]
set yrange [0.01:5000]
set xtics 50
plot 1 with lines lc rgb black lw 0.7, \
  ranges using 'place':(raised(column('deviation'))):(raised(column('least_deviation'))):\
    (raised(column('largest_deviation'))):(colour(column('verdict'))) \
    with yerrorbars pt -1 lc rgb variable, \
  ranges using 'place':(raised(column('deviation'))):\
    (shown(column('deviation'), column('registered'))):(colour(column('verdict'))) \
    with points pt variable lc rgb variable, \
  for [k = 0:1] failed using (int(column('number')) % 2 == k ? column('place') : NaN):'deviation':\
    (sprintf('%d', column('number'))) with labels font ',9' offset side(k), 0

set lmargin at screen 0.855
set rmargin at screen 0.985
unset logscale
set title 'all claims'
set xlabel 'number of claims'
unset ylabel
set border 1
set xtics 10
set ytics scale 0 font ',9'
set yrange [*:*] reverse
set offsets 0, 0, 0.6, 0.6
until(k) = k < 1 ? 0 : sum [i = 1:k] column(word(names, i))
plot for [k = 1:6] sections using (until(k - 1)):'place':(until(k - 1)):(until(k)):\
  (column('place') - 0.35):(column('place') + 0.35):ytic(stringcolumn('section')) \
  with boxxyerror fs solid noborder lc rgb colour(k)

# The failed claims by number, in columns under the panels.
set lmargin at screen 0.03
set rmargin at screen 0.99
set bmargin at screen 0.01
set tmargin at screen 0.24
set title 'not supported, by number' offset 0, -0.5
unset border
unset tics
unset xlabel
set offsets 0, 0, 0, 0
stats failed using 'number' nooutput
rows = int(ceil(STATS_max / 4))
row(number) = (int(number) - 1) % rows
set xrange [0:4]
set yrange [rows - 0.5:-0.5]
plot failed using (int((column('number') - 1) / rows)):(row(column('number'))):\
  (sprintf('%d  %s', column('number'), stringcolumn('claim'))) \
  with labels left font ',9' noenhanced
unset multiplot
