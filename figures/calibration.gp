set multiplot layout 1, 2
file = tables.'calibration.tsv'
scores = tables.'calibration-scores.tsv'
quantities = tables.'calibration-quantities.tsv'
set lmargin 22
set rmargin 2
set xlabel 'root mean square of z'
set xrange [0:*]
set yrange [studies + 0.7:0.3]
set xtics 1
set ytics font ',8'
set key above left reverse Left font ',11' samplen 1 width -2
set arrow 1 from 1, 0.3 to 1, studies + 0.7 nohead lw 1.2 lc rgb black back
plot \
  file using 'rms_limit':'place' with points pt 2 ps 0.7 lc rgb grey title 'limit of honest errors', \
  quantities using 'rms':(column('place') + 0.2) with points pt 7 ps 0.35 lc rgb sky title 'all quantities', \
  file using 'rms':'place':'rms_low':'rms_high':ytic(strcol('study')) with xerrorbars pt 7 ps 0.8 lw 1.2 lc rgb vermilion title 'alignment'
unset arrow 1
unset ytics
set ytics auto nomirror font ''
set format y '10^{%T}'
set lmargin 8
set xlabel '|z| of the alignment'
set ylabel 'share of cells beyond' offset 1
set logscale y
set xrange [0:5]
set xtics 1
set yrange [2e-3:1]
unset key
set label 1 'normal' at 3.1, 0.004 tc rgb vermilion
plot \
  for [i = 1:int(studies)] scores using (column('place') == i ? column('magnitude') : NaN):'share' with lines lw 1 lc rgb grey notitle, \
  2 * norm(-x) with lines lw 2 lc rgb vermilion notitle
unset multiplot
